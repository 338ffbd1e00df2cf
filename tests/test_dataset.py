"""Gold to Parquet and back, rebuilt byte for byte, and loaded by what people use."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from reportedly import load
from reportedly.build import compare, make, write
from reportedly.corpus import Corpus, read_record
from reportedly.dataset import data_path, read_gold
from reportedly.errors import UsageError
from reportedly.tables import CONFIGS, schema


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Corpus:
    """A copy of the checkout that a test may change."""
    for name in ("corpus", "annotations", "guidelines"):
        shutil.copytree(root / name, tmp_path / name)
    for name in ("README.md", "DATASHEET.md"):
        shutil.copy(root / name, tmp_path / name)
    return Corpus(tmp_path)


def test_parquet_converts_back_to_exactly_the_gold(root: Path) -> None:
    corpus = Corpus(root)
    found = {}
    for split in corpus.splits:
        found |= {r.doc: r for r in read_gold(pq.read_table(root / data_path("documents", split)))}
    gold = {r.doc: r for r in corpus.all_gold()}
    assert found == gold


def test_a_rebuild_gives_the_same_bytes(checkout: Corpus) -> None:
    first = make(checkout)
    write(checkout, first)
    assert compare(checkout, first) == []
    assert make(Corpus(checkout.root)) == first


def test_a_difference_is_named(checkout: Corpus) -> None:
    built = make(checkout)
    write(checkout, built)
    path = data_path("claims", "train")
    (checkout.root / path).write_bytes(b"PAR1")
    (checkout.root / "corpus/data/claims/old-00000-of-00001.parquet").write_bytes(b"PAR1")
    assert compare(checkout, built) == [path, "corpus/data/claims/old-00000-of-00001.parquet (not made any more)"]


def test_an_interrupted_build_leaves_the_old_files_whole(checkout: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    built = make(checkout)
    write(checkout, built)
    before = {p: p.read_bytes() for p in sorted((checkout.root / "corpus").rglob("*")) if p.is_file()}

    def stop(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write(checkout, built)
    assert {p: p.read_bytes() for p in sorted((checkout.root / "corpus").rglob("*")) if p.is_file()} == before


@pytest.mark.parametrize("config", CONFIGS)
def test_every_config_has_its_rows_and_columns(config: str) -> None:
    rows = load(config, "train")
    assert rows and list(rows[0]) == schema(config).names


def test_published_rows_carry_no_text(root: Path) -> None:
    assert {row["text"] for row in load("documents", "published")} == {None}
    for config in ("mentions", "events", "arguments", "factuality"):
        assert {row["text"] for row in load(config, "published")} == {None}
    assert (
        {row["tokens"] for row in load("tokens", "published")} == {None}
        if (root / data_path("tokens", "published")).is_file()
        else True
    )


def test_unknown_names_are_refused_with_the_choices() -> None:
    with pytest.raises(UsageError, match="is no config: choose one of documents"):
        load("quotes")
    with pytest.raises(UsageError, match="is no split: choose one of train"):
        load("documents", "dev")


def test_tags_are_valid_iob2() -> None:
    for row in load("tokens", "train"):
        assert len(row["tokens"]) == len(row["ner_tags"]) == len(row["trigger_tags"])
        for tags in (row["ner_tags"], row["trigger_tags"]):
            for before, tag in zip(["O", *tags], tags, strict=False):
                assert not tag.startswith("I-") or before[2:] == tag[2:]


def test_pandas_reads_the_same_rows(root: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(root / data_path("mentions", "train"))
    rows = load("mentions", "train")
    assert len(frame) == len(rows)
    assert list(frame["id"]) == [r["id"] for r in rows]


@pytest.mark.parametrize("config", CONFIGS)
def test_datasets_loads_the_same_rows(config: str, root: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    found = datasets.load_dataset(str(root / "corpus"), config, cache_dir=str(tmp_path))
    for split in found:
        rows = load(config, split)
        assert len(found[split]) == len(rows)
        for ours, theirs in zip(rows, found[split], strict=True):
            assert msgspec.json.encode(_plain(theirs)) == msgspec.json.encode(_plain(ours))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def test_a_changed_build_is_not_read_from_an_old_cache(checkout: Corpus, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    write(checkout, make(checkout))
    cache = tmp_path / "cache"
    before = datasets.load_dataset(str(checkout.root / "corpus"), "factuality", split="train", cache_dir=str(cache))
    doc = checkout.splits["train"][0]
    path = checkout.gold_path(doc)
    record = read_record(path)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(record, factuality=(record.factuality or ())[1:])))
    again = Corpus(checkout.root)
    write(again, make(again))
    after = datasets.load_dataset(str(checkout.root / "corpus"), "factuality", split="train", cache_dir=str(cache))
    assert len(after) == len(before) - 1


def test_the_card_declares_what_the_parquet_holds(root: Path) -> None:
    yaml = pytest.importorskip("yaml")
    card = yaml.safe_load((root / "corpus" / "README.md").read_text().split("---\n")[1])
    assert [c["config_name"] for c in card["configs"]] == list(CONFIGS)
    for info in card["dataset_info"]:
        assert [f["name"] for f in info["features"]] == schema(info["config_name"]).names
        for split in info["splits"]:
            assert (
                pq.read_metadata(root / data_path(info["config_name"], split["name"])).num_rows == split["num_examples"]
            )
