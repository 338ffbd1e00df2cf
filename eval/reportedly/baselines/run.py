"""Running a system over a split and writing its predictions."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..corpus import read_record, write_atomically
from ..dataset import gold, texts
from ..errors import UsageError
from ..records import Document
from ..text import text_of
from .rules import Lexicon, predict, read_lexicon


def lexicon() -> Lexicon:
    """Return the lexicon of the train split."""
    return read_lexicon(gold("train"), texts("train"))


def predictions(split: str, hydrated: Path | None = None) -> list[Document]:
    """Return the predictions of the rules for a split; `published` needs a folder made by `reportedly hydrate`."""
    known = lexicon()
    return [
        predict(doc, text, gold(split)[doc].sentences or (), known) for doc, text in texts_of(split, hydrated).items()
    ]


def texts_of(split: str, hydrated: Path | None = None) -> dict[str, str]:
    """Return the texts of a split by document; those of `published` come from a folder made by `reportedly hydrate`."""
    if split != "published":
        return texts(split)
    if hydrated is None or not hydrated.is_dir():
        raise UsageError(
            "the corpus holds no text of the split published: run `reportedly hydrate` and name its folder by --hydrated"
        )
    found = {}
    for doc in sorted(gold("published")):
        if (hydrated / f"{doc}.json").is_file():
            record = read_record(hydrated / f"{doc}.json")
            if record.text_sha256 != gold("published")[doc].text_sha256:
                raise UsageError(
                    f"{hydrated / doc}.txt: is not the exact text that gold has its offsets in: score on a copy with coverage 1.0"
                )
            found[doc] = text_of(record, hydrated / f"{doc}.txt")
    if not found:
        raise UsageError(f"{hydrated}: holds no record of a published article: name the folder that hydrate wrote")
    return found


def predict_split(split: str, path: Path, hydrated: Path | None = None) -> int:
    """Write the predictions for a split as JSON Lines and return how many documents there are."""
    made = predictions(split, hydrated)
    write_atomically(path, b"".join(msgspec.json.encode(r) + b"\n" for r in made))
    return len(made)
