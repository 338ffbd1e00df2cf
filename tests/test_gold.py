"""Gold, passes and readings fit together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reportedly import GUIDELINES
from reportedly.agreement import agreement
from reportedly.annotate import two_passes
from reportedly.corpus import Corpus, read_record
from reportedly.labels import data_root

CORPUS = Corpus(data_root())
DOCS = [d for docs in CORPUS.splits.values() for d in docs if CORPUS.gold_path(d).is_file()]


@pytest.mark.parametrize("doc", DOCS)
def test_gold_comes_from_two_passes(doc: str, root: Path) -> None:
    corpus = Corpus(root)
    gold = corpus.gold(doc)
    assert gold.verified_by_human is False and gold.guidelines == GUIDELINES
    assert corpus.annotators(doc) == ("forward", "hunter")
    passes = [read_record(corpus.pass_path(name, doc)) for name in corpus.annotators(doc)]
    assert {p.text_sha256 for p in passes} == {gold.text_sha256}
    assert len({p.guidelines for p in passes}) == 1 and passes[0].guidelines in ("0.9", "1.0")
    allowed = {"both", "forward", "hunter", "new"}
    for layer in (gold.mentions, gold.events, gold.attributions, gold.factuality, gold.claims):
        assert {item.origin for item in layer or ()} <= allowed


@pytest.mark.parametrize("doc", DOCS)
def test_gold_was_read_a_third_time(doc: str, root: Path) -> None:
    found = json.loads((root / "annotations" / "readings" / f"{doc}.json").read_text("utf-8"))
    assert found["doc"] == doc and found["findings"]
    layers = {"entities", "mentions", "events", "event_links", "arguments", "attributions", "factuality", "claims"}
    for finding in found["findings"]:
        assert finding["layer"] in layers
        assert finding["outcome"] == "mended" or finding["outcome"].startswith(("mended", "left: "))


@pytest.mark.parametrize("doc", DOCS)
def test_no_document_is_under_annotated(doc: str, root: Path) -> None:
    gold = Corpus(root).gold(doc)
    words = sum(1 for s, e in gold.tokens or () if e - s > 1)
    assert words / len(gold.mentions or ()) < 5
    assert words / len(gold.events or ()) < 25
    assert words / len(gold.claims or ()) < 30


def test_passes_are_steady(root: Path) -> None:
    first, second = two_passes(Corpus(root), ("forward", "hunter"), None)
    assert set(first) >= set(DOCS)
    assert agreement(first, second).f1["mention_f1"] == agreement(second, first).f1["mention_f1"]
