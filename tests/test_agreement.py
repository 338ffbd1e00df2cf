"""Consistency figures against hand-counted ones and against scikit-learn."""

from __future__ import annotations

import msgspec
import pytest

from conftest import TEXT
from reportedly.agreement import agreement, differences, kappa
from reportedly.records import Document

replace = msgspec.structs.replace


def test_a_pass_agrees_with_itself(record: Document) -> None:
    found = agreement({"d": record}, {"d": record})
    none_there = {"attribution_basis_f1", "attribution_parent_f1"}
    assert {n: f for n, f in found.f1.items() if f != 1.0} == dict.fromkeys(none_there)
    assert {k.observed for k in found.kappa.values()} == {1.0}
    assert differences(record, record, TEXT) == []


def test_kappa_is_the_one_of_the_text_book() -> None:
    # yes/yes 20, yes/no 5, no/yes 10, no/no 15: observed 35/50; expected (25*30 + 25*20)/2500 = 0.5; (0.7 - 0.5)/0.5.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == (50, pytest.approx(0.7), pytest.approx(0.4))


def test_kappa_of_one_value_is_undefined() -> None:
    assert kappa([("y", "y")] * 3) == (3, 1.0, None)
    assert kappa([]) == (0, None, None)


def test_kappa_equals_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    pairs = [("abc"[i % 3], "abc"[(i * i) % 3]) for i in range(50)]
    assert kappa(pairs).kappa == pytest.approx(metrics.cohen_kappa_score(*zip(*pairs, strict=True)))


def test_every_kind_of_difference_is_listed(record: Document) -> None:
    other = replace(
        record,
        mentions=tuple(replace(m, level="NAM") if m.id == "m17" else m for m in record.mentions or () if m.id != "m5"),
        events=tuple(replace(v, tense="past", arguments=()) if v.id == "v7" else v for v in record.events or ()),
        attributions=tuple(
            replace(a, author_stance="distancing") if a.id == "a4" else a for a in record.attributions or ()
        ),
        factuality=tuple(
            replace(f, certainty="probable") if (f.event, f.source) == ("v7", "AUTHOR") else f
            for f in record.factuality or ()
        ),
        claims=(record.claims or ())[1:],
    )
    found = {(d.layer, d.kind) for d in differences(record, other, TEXT)}
    assert found == {
        ("mentions", "only one"), ("mentions", "level"), ("events", "tense"), ("arguments", "v7 'send'"),
        ("attributions", "author_stance"), ("factuality", "v7 'send' AUTHOR"), ("claims", "only one"),
    }  # fmt: skip
