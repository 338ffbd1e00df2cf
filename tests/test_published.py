"""What the repository may and may not hold of the published articles."""

from __future__ import annotations

from pathlib import Path

from reportedly.checks.corpus import check_corpus, read_exceptions
from reportedly.corpus import Corpus
from reportedly.runs import WORD_RUN, all_runs, unpack


def test_the_corpus_has_no_findings(root: Path) -> None:
    assert [str(f) for f in check_corpus(Corpus(root))] == []


def test_every_published_article_has_its_hashes(root: Path) -> None:
    corpus = Corpus(root)
    published = {d for d, a in corpus.articles.items() if a.collection == "published"}
    runs = all_runs(root)
    assert set(runs) == published
    assert len({r.salt for r in runs.values()}) == 1
    assert all(len(unpack(r.words)) > 200 for r in runs.values()) and WORD_RUN == 8


def test_published_gold_stores_offsets_and_names_only(root: Path) -> None:
    corpus = Corpus(root)
    for doc in corpus.splits["published"]:
        record = corpus.gold(doc)
        assert all(m.surface is None for m in record.mentions or ())
        assert max(len(e.name.split()) for e in record.entities or ()) < WORD_RUN


def test_every_exception_has_a_date_and_a_reason(root: Path) -> None:
    for e in read_exceptions(root / "annotations" / "exceptions.toml"):
        assert e.reason and e.since
