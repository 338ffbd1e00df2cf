"""Reading fast gives what reading in full gives, and refuses the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from reportedly.align import pack
from reportedly.counts import count
from reportedly.errors import RecordError
from reportedly.predictions import check_prediction
from reportedly.records import Attribution, Document
from reportedly.resample import exact_product
from reportedly.scoring import chosen, score_file
from reportedly.signature import Settings

replace = msgspec.structs.replace


def written(path: Path, *records: Document) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in records))
    return path


@pytest.mark.parametrize("layer", ["mentions", "events", "attributions", "factuality"])
def test_one_layer_alone_has_the_figures_that_it_has_among_all(record: Document, tmp_path: Path, layer: str) -> None:
    events = tuple(replace(v, tense="future") for v in record.events or ())
    gold = written(tmp_path / "gold.jsonl", record, replace(record, doc="orlen-02"))
    system = written(
        tmp_path / "system.jsonl",
        replace(record, events=events),
        replace(
            record,
            doc="orlen-02",
            mentions=(),
            entities=(),
            events=(),
            event_links=(),
            attributions=(),
            factuality=(),
            claims=(),
        ),
    )
    whole = score_file(system, gold, Settings("own", resamples=20)).to_json()["metrics"]
    alone = score_file(system, gold, Settings("own", layer, 20)).to_json()["metrics"]
    assert set(alone) == set(chosen(layer))
    assert alone == {name: whole[name] for name in alone}


def test_a_layer_that_is_read_is_refused_by_name(record: Document, tmp_path: Path) -> None:
    gold = written(tmp_path / "gold.jsonl", record)
    system = tmp_path / "system.jsonl"
    system.write_text('{"doc":"orlen-01","mentions":[{"id":"m1","start":"x","end":2,"type":"T"}]}\n')
    with pytest.raises(RecordError, match=r"system\.jsonl:1: .*mentions\[0\]\.start"):
        score_file(system, gold, Settings("own", "mentions", 0))


def test_the_end_of_the_text_is_known_where_one_layer_is_read(record: Document, tmp_path: Path) -> None:
    end = (record.tokens or ())[-1][1]
    last = replace((record.mentions or ())[-1], start=end, end=end + 1, head=None)
    gold = written(tmp_path / "gold.jsonl", record)
    system = written(tmp_path / "system.jsonl", replace(record, mentions=(*(record.mentions or ())[:-1], last)))
    with pytest.raises(RecordError, match=f"end {end + 1} is past the end"):
        score_file(system, gold, Settings("own", "mentions", 0))


def test_codes_of_very_wide_values_stay_apart() -> None:
    # Two columns of a range of 2**60, with 2**9 documents: as numbers they would pass 63 bits.
    wide = np.array([0, 2**60, 2**60, 0])
    doc = np.array([0, 0, 511, 511])
    gold, system, base = pack([(wide, wide), (wide[::-1], wide[::-1])], doc, doc)
    assert len(set(gold.tolist())) == 4 and (gold == system).all() and (gold // base == doc).all()


def test_attributions_in_several_fragments_are_equal_only_where_all_fragments_are() -> None:
    def of(*content: tuple[int, int]) -> Document:
        return Document(doc="d", attributions=(Attribution(id="a", source=((0, 2),), cue=((3, 5),), content=content),))

    def f1(gold: Document, system: Document) -> float | None:
        return count({"d": gold}, {"d": system}, ["attribution_f1"]).scores()["attribution_f1"]["f1"]

    assert f1(of((6, 9), (12, 15)), of((6, 9), (12, 15))) == 1.0
    assert f1(of((6, 9), (12, 15)), of((6, 9), (12, 16))) == 0.0
    assert f1(of((6, 9), (12, 15)), of((6, 15))) == 0.0


def test_a_cycle_of_parents_is_refused_and_a_long_chain_is_not() -> None:
    n = 20_000
    chain = [Attribution(id=f"a{i}", cue=((i, i + 1),), parent=f"a{i + 1}" if i < n else None) for i in range(n + 1)]
    check_prediction(Document(doc="d", attributions=tuple(chain)), Document(doc="d"), "p:1")
    chain[n] = replace(chain[n], parent="a7")
    with pytest.raises(RecordError, match="cycle"):
        check_prediction(Document(doc="d", attributions=tuple(chain)), Document(doc="d"), "p:1")


def test_products_are_exact_in_every_width() -> None:
    # Sums of a column up to 12, to 2**24 + 1 (past single precision) and to 2**53 + 1 (past double precision).
    rows = np.array([[1, 2**24, 2**53], [3, 1, 1]])
    factors = np.array([[1, 3, 0], [1, 1, 1]], np.int8)
    expected = [
        [sum(int(r[k]) * int(f[j]) for r, f in zip(rows, factors, strict=True)) for j in range(3)] for k in range(3)
    ]
    assert exact_product(rows, factors).tolist() == expected
