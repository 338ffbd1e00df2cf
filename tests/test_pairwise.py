"""Agreement of two annotators whose differences are known: every figure derived by hand."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from annotators import annotated, other_ids
from conftest import TEXT
from labelling import exported, layered, orlen, read, record
from reportedly.corpus import Corpus, encode
from reportedly.differences import around, differences, show
from reportedly.errors import DataError, UsageError
from reportedly.guide import TOPICS, anchor, pages
from reportedly.labels import data_root
from reportedly.labelstudio.passes import write
from reportedly.own import path_of, read_own
from reportedly.pairing import renamed
from reportedly.pairwise import Report, report
from reportedly.records import Document
from reportedly.report.agreement_page import page
from reportedly.report.agreement_table import print_differences, print_report


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return annotated(tmp_path_factory.mktemp("passes"))


@pytest.fixture(scope="module")
def found(corpus: Corpus) -> Report:
    return report(corpus, ["anna", "ben"], resamples=100)


def test_the_figures_are_those_derived_by_hand(found: Report) -> None:
    (pair,) = found.pairs
    values = {name: f.value for layer in pair.layers.values() for name, f in layer.figures.items()}
    assert {name: pytest.approx(value) for name, value in values.items() if value is not None} == {
        # anna has 22 mentions, ben 23; m5 and both m11 stand alone, m18 has another type: 20 are equal, 21 in span
        "mention_f1": 2 * 20 / 45,
        "mention_coarse_f1": 2 * 21 / 45,  # m18 is an organisation for both
        "mention_span_f1": 2 * 21 / 45,
        "mention_overlap_f1": 2 * 21 / 45,  # m11 overlaps with equal type, m18 has another type
        # 7 triggers each, v7 of another type
        "trigger_f1": 6 / 7,
        "trigger_span_f1": 1,
        "trigger_overlap_f1": 6 / 7,
        # 11 and 12 arguments: that of v7 counts under its type, Origin of v2 is m11, Time of v7 is ben's alone
        "argument_f1": 2 * 9 / 23,
        "argument_classified_f1": 2 * 9 / 23,
        # Of e3 two of three are shared, of e4 one of ben's two. MUC 7/8 and 7/9; B3 (15 + 4/3)/18 and (14 + 4/3 + 1/2)/19;
        # CEAFe (8 + 2·2/6 + 2·1/3)/10 twice: F1 14/17, 245/282, 14/15.
        "coref_conll": (14 / 17 + 245 / 282 + 14 / 15) / 3,
        "event_coref_conll": 1,
        # 4 and 3 attributions of equal spans
        "attribution_f1": 6 / 7,
        "attribution_overlap_f1": 6 / 7,
        "attribution_cue_f1": 6 / 7,
        "attribution_source_f1": 6 / 7,
        "attribution_content_f1": 6 / 7,
        "attribution_chain_f1": 2 * 4 / 9,  # a step each, of a3 two
        # 7 values of the author, of which that of v7 differs; 5 of sources against 4 of them
        "factuality_author": 6 / 7,
        "factuality_sources": 2 * 4 / 9,
        "factuality_all": 2 * 10 / 23,
        # 6 claims against 4 of them
        "claim_f1": 2 * 4 / 10,
    }
    assert [name for name, value in values.items() if value is None] == ["attribution_parent_f1"]


def test_kappa_and_alpha_are_those_derived_by_hand(found: Report) -> None:
    found_ = {n: x for layer in found.pairs[0].layers.values() for n, x in layer.attributes.items()}
    level = found_["mention.level"]
    # Of 21 mentions of one span anna has NAM 7, NOM 7, PRO 3, none 4, ben 6, 8, 3, 4; 20 are equal.
    # Kappa (21·20 - 123)/(21² - 123) with 7·6 + 7·8 + 3·3 + 4·4 = 123; alpha 1 - 41·2/(42² - 13² - 15² - 6² - 8²).
    assert (level.items, level.observed.value) == (21, pytest.approx(20 / 21))
    assert level.kappa.value == pytest.approx((420 - 123) / (441 - 123))
    assert level.alpha.value == pytest.approx(1 - 82 / 1270)
    assert level.confusions == {("NAM", "NOM"): 1}
    certainty = found_["factuality.author.certainty"]
    # Ranks: uncommitted 10 times, in the middle 5, possible 10.5, probable 11.5, certain (twice) 13. Observed 2·1²; expected
    # 2·(10·5.5² + 10·6.5² + 20·8² + 1² + 2·2.5² + 2·1.5²) = 4046; alpha 1 - 13·2/4046.
    assert certainty.scale == "ordinal" and certainty.alpha.value == pytest.approx(1 - 26 / 4046)
    stance = found_["attribution.author_stance"]
    # Three pairs, one endorsing against neutral: as good as chance for kappa; alpha 1 - 5·2/(36 - 1 - 25) = 0.
    assert (stance.kappa.value, stance.alpha.value) == (pytest.approx(0), pytest.approx(0))


def test_every_difference_is_listed_once_with_its_place_and_page(found: Report) -> None:
    listed = {(d.layer, d.item, d.field) for d in found.pairs[0].differences}
    assert listed == {
        ("entities", "m95", "item"), ("entities", "m11", "span"), ("entities", "m17", "level"),
        ("entities", "m18", "type"), ("events", "v7", "type"), ("events", "v7", "degree"), ("events", "v7", "argument"),
        ("attribution", "a1", "author_stance"), ("attribution", "a4", "item"), ("factuality", "v7 AUTHOR", "tag"),
        ("factuality", "v6 a4", "item"), ("claims", "c5", "item"), ("claims", "c6", "item"),
    }  # fmt: skip
    level = next(d for d in found.pairs[0].differences if d.field == "level")
    assert (show(level.first, TEXT), show(level.second, TEXT)) == ("NAM", "NOM")
    assert "[a resident]" in around(level.spans, TEXT)
    assert level.pages[-2:] == ("entities/README.md#levelnam", "entities/README.md#levelnom")
    assert all(d.pages for d in found.pairs[0].differences)


def test_other_ids_make_no_difference(record: Document) -> None:
    assert renamed(record, other_ids(record)) == record
    assert differences(record, other_ids(record)) == []


def test_the_order_of_items_makes_no_difference(record: Document) -> None:
    layers = ("entities", "mentions", "events", "attributions", "factuality", "claims")
    turned = {layer: tuple(reversed(getattr(record, layer))) for layer in layers}
    assert differences(record, other_ids(msgspec.structs.replace(record, **turned))) == []


def test_the_guidelines_have_every_page_that_is_named() -> None:
    folder = data_root() / "guidelines"
    for place in TOPICS.values():
        page_, _, name = place.partition("#")
        heads = [line.lstrip("#") for line in (folder / page_).read_text("utf-8").split("\n") if line.startswith("#")]
        assert name in {anchor(head) for head in heads}, place
    assert pages("events", "type", ["Force.Withdraw"])[-1] == "events/force-and-groups.md#forcewithdraw"


def test_one_story_has_its_documents_resampled_and_one_document_no_interval(found: Report) -> None:
    layer = found.pairs[0].layers["entities"]
    assert (layer.unit, layer.units) == ("document", 1)
    assert layer.figures["mention_f1"].interval is None
    assert found.notes[0].startswith("anna and ben: all documents are of one story, so documents are resampled")
    assert "no drift is shown" in found.notes[-1] and found.drift == ()


def test_stories_are_resampled_where_there_are_several() -> None:
    corpus = Corpus(data_root())
    (pair,) = report(corpus, ["forward", "gold"], ["azaz-01", "azaz-02", "university-01"], resamples=200).pairs
    layer = pair.layers["events"]
    assert (layer.unit, layer.units) == ("story", 2)
    figure = layer.figures["trigger_f1"]
    assert figure.interval is not None and figure.interval[0] <= (figure.value or 0) <= figure.interval[1]


def dated(layer: str, user: str, day: str) -> dict[str, object]:
    return exported(layered(layer), user=f"{user}@example.org", created_at=f"{day}T10:00:00.5Z")


def test_a_layer_that_was_given_says_nothing_about_the_annotator(tmp_path: Path) -> None:
    corpus = orlen(tmp_path)
    for user, day in (("anna", "2031-05-09"), ("ben", "2031-05-10")):
        write(corpus, read(corpus, dated("events", user, day)).passes)
    assert read_own(path_of(corpus, "anna")) == {"orlen-01": {"events": "2031-05-09T10:00:00.5Z"}}
    found = report(corpus, ["anna", "ben"], resamples=0)
    assert list(found.pairs[0].layers) == ["events"]
    assert [(d.annotator, d.period, d.documents, d.value) for d in found.drift] == [
        ("anna", "2031-05-09", 1, 1.0),
        ("ben", "2031-05-10", 1, 1.0),
    ]
    write(corpus, read(corpus, dated("claims", "anna", "2031-06-01")).passes)
    assert read_own(path_of(corpus, "anna"))["orlen-01"].keys() == {"events", "claims"}
    assert list(report(corpus, ["anna", "ben"], resamples=0).pairs[0].layers) == ["events"]


def test_a_pass_that_was_quoted_stays_its_annotators_own(tmp_path: Path) -> None:
    corpus = annotated(tmp_path)
    path = corpus.pass_path("anna", "orlen-01")
    path.write_bytes(encode(record()))
    write(corpus, read(corpus, dated("events", "anna", "2031-05-09")).passes)
    assert len(read_own(path_of(corpus, "anna"))["orlen-01"]) == 6


def test_own_layers_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "layers.tsv"
    path.write_text("doc\tlayer\tsubmitted\norlen-01\tsyntax\t\n", "utf-8")
    with pytest.raises(DataError, match=r"layers\.tsv:2: write document, layer"):
        read_own(path)


def test_all_pairs_are_compared(tmp_path: Path) -> None:
    corpus = annotated(tmp_path)
    path = corpus.pass_path("clare", "orlen-01")
    path.parent.mkdir()
    path.write_bytes(corpus.pass_path("ben", "orlen-01").read_bytes())
    found = report(corpus, [], resamples=0)
    assert [(p.first, p.second) for p in found.pairs] == [("anna", "ben"), ("anna", "clare"), ("ben", "clare")]
    assert found.pairs[2].differences == ()
    with pytest.raises(UsageError, match="two annotators"):
        report(corpus, ["anna"])


def test_the_page_and_the_tables_hold_the_same(found: Report, capsys: pytest.CaptureFixture[str]) -> None:
    print_report(found)
    printed = capsys.readouterr().out
    print_differences(found, {"orlen-01": TEXT})
    listed = capsys.readouterr().out
    made = page(found, {"orlen-01": TEXT})
    for text in (printed, made):
        assert "0.889" in text and "ordinal" in text  # 2·20/45
    assert listed.count("\n") == 1 + len(found.pairs[0].differences)
    assert made.count("<li id=") == len(found.pairs[0].differences)
    assert "Orlen Monitor" in made and "<script>" in made
    bare = page(found, {})
    assert "Orlen Monitor" not in bare.replace("e5 Orlen Monitor", "") and "Offsets only" in bare
    json.dumps(found.to_json({"orlen-01": TEXT}))


def test_names_and_texts_are_escaped_on_the_page(tmp_path: Path) -> None:
    corpus = annotated(tmp_path)
    hostile = "<script>alert(1)</script>"
    found = report(corpus, ["anna", "ben"], resamples=0)
    pair = found.pairs[0]._replace(first=hostile)
    records = {hostile: found.records["anna"], **found.records}
    assert hostile not in page(found._replace(pairs=(pair,), records=records), {"orlen-01": TEXT})
