"""The reporting graph of a story: what it holds, what its page, its JSON and its GraphML show, what `check` says of its record."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from conftest import TEXT
from reportedly.checks.story_links import check_links
from reportedly.cli import main
from reportedly.corpus import Article
from reportedly.records import Document
from reportedly.report.graphml import graphml
from reportedly.report.story_page import page
from reportedly.reporting import Graph, build_graph, edges, in_time, to_json
from reportedly.stories import Story

FIRST, SECOND = "orlen-01", "orlen-02"


def article(doc: str, date: str, outlet: str) -> Article:
    fields = {f.name: "" for f in msgspec.structs.fields(Article)}
    return msgspec.convert(
        fields | {"doc": doc, "date": date, "outlet": outlet, "register": "urgent", "characters": len(TEXT)}, Article
    )


ARTICLES = {
    FIRST: article(FIRST, "2031-05-09", "Orlen Wire"),
    SECOND: article(SECOND, "2031-05-10", "Kessar <Bell>"),
}


def at(doc: str, name: str) -> dict[str, str]:
    return {"doc": doc, "id": name}


RECORD = {
    "story": "orlen",
    "entities": [{"id": "G1", "name": "the monitor", "members": [at(FIRST, "e5"), at(SECOND, "e5")]}],
    "claims": [
        {"id": "K1", "name": "they left", "members": [at(SECOND, "c1"), at(FIRST, "c1")], "independent_low": 1},
        {"id": "K2", "name": "the army shelled", "members": [at(SECOND, "c5")]},
    ],
    "claim_relations": [
        {"source": "K2", "target": "K1", "relation": "contradicts", "facet": "cause", "status": "soft"}
    ],
    "dependence": [
        {"source": at(FIRST, "c1"), "target": at(SECOND, "c1"), "kind": "paraphrase", "mutations": ["certainty-raised"]}
    ],
    "derivations": [{"doc": SECOND, "derived_from": FIRST, "extent": "wholly"}],
}


def story(**more: object) -> Story:
    return msgspec.convert(RECORD | more, Story)


@pytest.fixture(scope="module")
def records(record: Document) -> dict[str, Document]:
    return {doc: msgspec.structs.replace(record, doc=doc) for doc in (FIRST, SECOND)}


@pytest.fixture(scope="module")
def graph(records: dict[str, Document]) -> Graph:
    return build_graph("orlen", story(), records, ARTICLES)


def test_claims_are_told_by_time_with_source_and_chain(graph: Graph) -> None:
    first = graph.claims[0]
    assert (first.id, [t.doc for t in first.tellings]) == ("K1", [FIRST, SECOND])
    assert [s.at for s in first.tellings[1].chain] == ["G1", SECOND]
    assert first.tellings[0].source == "G1" and first.independent_low == 1


def test_a_claim_in_no_group_is_there_under_its_own_name(graph: Graph) -> None:
    alone = {c.id: c for c in graph.claims}[f"{FIRST}:c6"]
    assert (alone.name, alone.tellings[0].attribution, alone.tellings[0].chain) == ("Force.Deploy", None, ())
    assert sum(len(c.tellings) for c in graph.claims) == 12


def test_sources_joined_across_documents_are_one(graph: Graph) -> None:
    by_name = {s.name: s for s in graph.sources}
    assert by_name["the monitor"].documents == (FIRST, SECOND)
    assert by_name["a resident"].documents == (FIRST,) or by_name["a resident"].id.startswith(SECOND)


def test_edges_run_along_chains_and_derivations(graph: Graph) -> None:
    found = {(a, b): more for a, b, more in edges(graph)}
    assert found[f"{FIRST}:e6", f"{FIRST}:e7"]["claims"] == f"{FIRST}:c3 {FIRST}:c4"
    assert found[f"{FIRST}:e7", FIRST]["tellings"] == 2
    assert found["G1", SECOND] == {"kind": "tells", "claims": f"K1 {SECOND}:c2", "tellings": 2, "contradicted": 1}
    assert found[FIRST, SECOND] == {"kind": "derives", "extent": "wholly"}


def test_documents_of_one_day_follow_what_they_derive_from() -> None:
    articles = [article("b", "2031-05-09", "x"), article("a", "2031-05-09", "x"), article("c", "2031-05-08", "x")]
    derivations = msgspec.convert(
        RECORD | {"derivations": [{"doc": "a", "derived_from": "b", "extent": "wholly"}]}, Story
    )
    assert in_time(articles, derivations.derivations) == ["c", "b", "a"]


def test_a_story_of_one_document_leaves_the_rest_out(records: dict[str, Document]) -> None:
    graph = build_graph("one", story(), {FIRST: records[FIRST]}, {FIRST: ARTICLES[FIRST]})
    assert [d.doc for d in graph.documents] == [FIRST]
    assert not graph.relations and not graph.dependence and not graph.derivations
    assert graph.claims[0].independent_low is None


def test_graphml_holds_every_node_and_edge(graph: Graph) -> None:
    tree = ElementTree.fromstring(graphml(graph))
    names = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(list(tree.iter(f"{names}node"))) == len(graph.documents) + len(graph.sources)
    assert len(list(tree.iter(f"{names}edge"))) == len(list(edges(graph))) == len(to_json(graph)["edges"])


def test_the_page_shows_each_claim_once_and_escapes(graph: Graph) -> None:
    html = page(graph, {(FIRST, "c1"): "<i>gone</i>"})
    assert "<Bell>" not in html and "Kessar &lt;Bell&gt;" in html and "&lt;i&gt;gone&lt;/i&gt;" in html
    assert re.findall(r'<details id="(\w+)"', html) == ["K1", "K2"]
    assert "paraphrase, from" in html and "certainty-raised" in html
    assert 'class="against soft"' in html
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html)


@pytest.mark.parametrize("name", ["azaz-2013", "azaz"])
def test_the_command_takes_a_world_or_a_story(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "page.html"
    assert main(["story", name, "-o", str(out), "--graphml", str(tmp_path / "g.graphml"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["world"] == "azaz-2013" and {d["doc"] for d in found["documents"]} >= {"azaz-01", "azaz-02"}
    assert out.read_text().startswith("<!doctype html>") and (tmp_path / "g.graphml").stat().st_size > 1000


def test_the_table_names_documents_and_contradictions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["story", "azaz-2013"]) == 0
    printed = capsys.readouterr().out
    assert "azaz-02" in printed and "contradiction" in printed


def test_an_unknown_story_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["story", "atlantis"]) == 2
    assert "choose one of" in capsys.readouterr().err


def problems(records: dict[str, Document], articles: dict[str, Article] = ARTICLES, **more: object) -> list[str]:
    return [f"{f.check} {f.place}" for f in check_links(story(**more), records, articles)]


def test_a_sound_record_has_no_findings(records: dict[str, Document]) -> None:
    assert problems(records) == []


def test_nothing_rests_on_what_came_later(records: dict[str, Document]) -> None:
    later = ARTICLES | {FIRST: article(FIRST, "2031-05-11", "Orlen Wire")}
    assert problems(records, later) == ["story-time derivations", "story-time dependence c1 c1"]


def link(source: str, target: str, relation: str) -> dict[str, str]:
    more = {"facet": "cause", "status": "hard"} if relation == "contradicts" else {}
    return {"source": source, "target": target, "relation": relation, **more}


@pytest.mark.parametrize(
    ("links", "places"),
    [
        ([("K1", "K2", "equivalent"), ("K2", "K3", "equivalent"), ("K1", "K3", "contradicts")], ["K1 K3"]),
        ([("K1", "K2", "equivalent"), ("K2", "K3", "contradicts")], []),
        ([("K1", "K2", "narrower"), ("K2", "K1", "narrower")], ["K1 K2", "K1", "K2"]),
        ([("K1", "K2", "narrower"), ("K2", "K1", "broader")], ["K1 K2"]),
        ([("K1", "K2", "narrower"), ("K2", "K3", "narrower"), ("K1", "K3", "broader")], ["K1", "K2", "K3"]),
        ([("K1", "K2", "narrower"), ("K3", "K2", "broader")], []),
    ],
)
def test_relations_agree(records: dict[str, Document], links: list[tuple[str, str, str]], places: list[str]) -> None:
    found = problems(records, claim_relations=[link(*x) for x in links], claims=[], dependence=[])
    assert found == [f"story-relations {p}" for p in places]


def test_independent_sources_are_not_more_than_units(records: dict[str, Document]) -> None:
    both = [at(FIRST, "c1"), at(SECOND, "c1")]
    claims = [{"id": "K1", "name": "left", "members": both, "independent_low": 2, "independent_high": 2}]
    assert problems(records, claims=claims) == ["story-units K1"]
    assert problems(records, claims=claims, entities=[]) == []
