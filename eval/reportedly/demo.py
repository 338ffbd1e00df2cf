"""The whole way on the packed data: predict, score, write a page, say what to do next."""

from __future__ import annotations

from pathlib import Path

from .baselines.run import predict_split, predictions
from .corpus import Corpus, write_atomically
from .dataset import gold, stories, texts
from .labels import data_root
from .report.scored import write_page
from .report.sources import of_split, shown
from .report.tables import print_scores
from .report.view import page
from .scoring import score_file
from .signature import Settings


def run(folder: Path) -> None:
    """Predict the test split by rules, score it, and write pages of the scores, of gold and of the predictions into a folder."""
    corpus = Corpus(data_root())
    path = folder / "predictions.jsonl"
    n = predict_split("test", path)
    print(f"1. The rules system (no model, no training) annotated the {n} documents of the test split: {path}\n")
    print("2. Scored against gold:\n")
    scores = score_file(path, gold("test"), Settings("test"), stories=stories())
    print_scores(scores)
    write_page(folder / "scores.html", path, scores, split="test")
    write_atomically(folder / "gold.html", page(of_split(corpus, "test")).encode())
    made = [shown(r, texts("test")[r.doc], "predicted by the rules system", corpus) for r in predictions("test")]
    write_atomically(folder / "predictions.html", page(made).encode())
    print(
        f"\n3. Open {folder / 'scores.html'}: figures with their arithmetic, confusions, and every error on the text;"
    )
    print(f"   {folder / 'gold.html'} is the adjudicated gold, {folder / 'predictions.html'} what the system said.")
    print(
        "\nNext: write predictions of your own system in the shape of annotations/README.md and run"
        "\n  reportedly score YOURS.jsonl --split test"
        "\nLoad the data:  reportedly.load('attributions', 'train')  or  datasets.load_dataset('<checkout>/corpus', 'attributions')"
        "\nAdd the published articles from copies of your own:  reportedly hydrate DIR -o OUT"
    )
