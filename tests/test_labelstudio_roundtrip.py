"""Out to Label Studio and back: every layer of every document, byte for byte, and texts that make offsets slip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelling import STRANGE, exported, layered, make_corpus, orlen, read, record
from reportedly.annotate import gold_of
from reportedly.corpus import LAYOUT, Corpus, encode, read_record
from reportedly.errors import DataError
from reportedly.labels import data_root
from reportedly.labelstudio.config import CONFIGS
from reportedly.labelstudio.parts import ADJUDICATION, ALL, as_pass, below, join, split
from reportedly.labelstudio.sources import make_tasks
from reportedly.labelstudio.tasks import task
from reportedly.layout import make_layout
from reportedly.records import (
    FACTUALITY_TAGS,
    Attribution,
    Claim,
    Document,
    Entity,
    Event,
    EventLink,
    Factuality,
    Mention,
    Node,
    Span,
)

CORPUS = Corpus(data_root())
AUTHORED = [
    doc
    for doc, article in CORPUS.articles.items()
    if article.collection != "published" and CORPUS.gold_path(doc).is_file()
]
RECORDS = [
    path
    for folder in ("gold", "passes/forward", "passes/hunter")
    for path in sorted((data_root() / "annotations" / folder).glob("*.json"))
    if path.stem in AUTHORED
]


def of_layer(whole: Document, layer: str) -> Document:
    parts = split(whole)
    return join(parts if layer in (ALL, ADJUDICATION) else parts.only((*below(layer), layer)), whole)


@pytest.mark.parametrize("path", RECORDS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_layer_of_every_authored_document_comes_back(path: Path) -> None:
    source = read_record(path)
    text = CORPUS.text(source.doc) or ""
    for layer in CONFIGS:
        found = read(CORPUS, exported(task(source, text, layer)))
        assert found.repairs == ()
        assert encode(found.passes[0].record) == encode(of_layer(as_pass(source), layer))


@pytest.mark.parametrize("doc", AUTHORED)
def test_gold_and_passes_come_back_with_origins_and_surfaces(doc: str) -> None:
    for path in (CORPUS.gold_path(doc), *(CORPUS.pass_path(name, doc) for name in ("forward", "hunter"))):
        origin = "gold" if path.parent.name == "gold" else path.parent.name
        (made,) = make_tasks(CORPUS, ALL, origin=origin, docs=[doc]).tasks
        back = read(CORPUS, exported(made)).passes[0].record
        if origin == "gold":
            back = gold_of(CORPUS, back, CORPUS.text(doc) or "")
        assert encode(back) == encode(read_record(path))


def test_layers_done_one_after_the_other_make_the_whole(tmp_path: Path) -> None:
    corpus = orlen(tmp_path)
    from reportedly.labelstudio.passes import write

    for n, layer in enumerate(("entities", "events", "coreference", "attribution", "factuality", "claims")):
        found = read(corpus, exported(layered(layer)))
        assert [p.status for p in write(corpus, found.passes)] == ["new" if n == 0 else "extended"]
        assert [p.status for p in write(corpus, found.passes)] == ["unchanged"]
    assert read_record(corpus.pass_path("anna", "orlen-01")) == as_pass(record())


@pytest.mark.parametrize("layer", CONFIGS)
def test_a_blank_task_holds_nothing_of_its_own_layer(layer: str) -> None:
    made = layered(layer, blank=True)
    found = [r for p in made["predictions"] for r in p["result"]]
    assert {r["type"] for r in found} <= {"labels"} or layer == "factuality"
    if layer == "factuality":
        rows = {r["id"]: r["value"]["text"] for r in found if r["type"] == "textarea"}
        assert rows["v2"] == ["AUTHOR ?", "a2 ?"] and rows["v5"] == ["AUTHOR ?"]


def strange_corpus(root: Path) -> Corpus:
    return make_corpus(root, {"strange-01": (STRANGE, ["headline=1", "body=3-"])})


def test_offsets_after_emoji_marks_and_arabic_are_code_points(tmp_path: Path) -> None:
    corpus = strange_corpus(tmp_path)
    words = ["Orlen", "\U0001d538rmy", "الجيش", "Orlen\u00a0Monitor", "😀", "bridge", "Kessar"]
    mentions = [
        Mention(id=f"m{n}", start=s, end=s + len(w), head=(s, s + len(w)), type="NORP", level="NAM")
        for n, w in enumerate(words, 1)
        for s in (STRANGE.rindex(w),)
    ]
    source = msgspec.structs.replace(
        make_layout("strange-01", STRANGE, ["headline=1", "body=3-"]),
        mentions=tuple(sorted(mentions, key=lambda m: m.start)),
        guidelines="1.0",
    )
    made = task(source, STRANGE, "entities")
    shown = {r["value"]["text"] for r in made["predictions"][0]["result"] if r["type"] == "labels"}
    assert shown == set(words)
    found = read(corpus, exported(made))
    assert found.repairs == () and encode(found.passes[0].record) == encode(source)


@st.composite
def strange_records(draw: st.DrawFn) -> Document:
    """A record over the strange text: spans of whole tokens anywhere, alike or nested, heads and evidence too."""
    layout = make_layout("strange-01", STRANGE, ["headline=1", "body=3-"])
    tokens = (layout.tokens or ())[:120]
    regions = layout.regions or ()

    def span(within: Span | None = None) -> Span:
        own = [t for t in tokens if within is None or (within[0] <= t[0] and t[1] <= within[1])]
        first = draw(st.integers(0, len(own) - 1))
        region = next(r for r in regions if r.start <= own[first][0] < r.end)
        last = draw(st.integers(first, min(first + 5, len(own) - 1)))
        while own[last][1] > region.end:
            last -= 1
        return own[first][0], own[last][1]

    def spans(most: int) -> tuple[Span, ...]:
        return tuple(sorted({span() for _ in range(draw(st.integers(0, most)))}))

    def either(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    entities = tuple(Entity(id=f"e{n}", type="ORG.Other", name=f"n{n} 😀") for n in range(draw(st.integers(1, 3))))
    mentions = []
    for n in range(draw(st.integers(1, 6))):
        start, end = span()
        head = either(None, span((start, end)))
        mentions.append(
            Mention(
                id=f"m{n}",
                start=start,
                end=end,
                head=head,
                type="PER.Group",
                level=either(None, "PRO"),
                entity=either(None, "e0"),
            )
        )
    mentions.sort(key=lambda m: (m.start, -m.end))
    events = []
    for n in range(draw(st.integers(1, 4))):
        start, end = span()
        roles = draw(st.lists(st.sampled_from(("Agent", "Theme", "Place")), unique=True, max_size=2))
        target = either(*(m.id for m in mentions))
        arguments = tuple({"role": r, "target": target} for r in roles)
        events.append(
            msgspec.convert(
                {
                    "id": f"v{n}",
                    "start": start,
                    "end": end,
                    "type": "Other",
                    "event": f"E{n}",
                    "tense": either(None, "past"),
                    "arguments": arguments,
                },
                Event,
            )
        )
    events.sort(key=lambda v: (v.start, -v.end))
    acts = tuple(
        Attribution(
            id=f"a{n}", cue=spans(2), content=(span(), ), source=spans(2), basis=spans(1), author_stance=either(None, "neutral"),
            source_entity=either(None, "e0"), parent=None if n == 0 else either(None, "a0"), chain=either((), (Node(node="e0", status="inferred"), Node(node="OUTLET"))),
        )
        for n in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    tags = st.sampled_from(sorted(FACTUALITY_TAGS.values()))
    values = []
    for v in events:
        for source in ("AUTHOR", *(a.id for a in acts)):
            certainty, polarity = draw(tags)
            values.append(
                Factuality(event=v.id, source=source, certainty=certainty, polarity=polarity, evidence=spans(2))
            )
    claims = tuple(
        Claim(id=f"c{n}", source=either("AUTHOR", *(a.id for a in acts)), head=x.id)
        for n, x in enumerate((*mentions, *events))
    )
    links = (EventLink(source="E0", target="E1", relation="subevent"),) if len(events) > 1 else ()
    return msgspec.structs.replace(
        layout, guidelines="1.0", entities=entities, mentions=tuple(mentions), events=tuple(events), event_links=links,
        attributions=acts, factuality=tuple(values), claims=claims,
    )  # fmt: skip


@given(source=strange_records())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_record_comes_back(source: Document, tmp_path_factory: pytest.TempPathFactory) -> None:
    from reportedly.labelstudio.regions import as_record, read_parts
    from reportedly.labelstudio.results import Log

    for layer in CONFIGS:
        made = task(source, STRANGE, layer)
        log = Log("here")
        parts = read_parts(
            [r for p in made["predictions"] for r in p["result"]],
            layer=layer,
            layers=made["data"]["layers"],
            text=STRANGE,
            frame=msgspec.structs.replace(make_layout("strange-01", STRANGE, ["headline=1", "body=3-"])),
            context=msgspec.convert(made["data"]["context"], Document),
            log=log,
        )
        assert log.problems == [] and log.repairs == []
        assert as_record(parts, source, source) == of_layer(source, layer)


def test_a_record_that_cannot_be_shown_is_refused(record: Document, text: str) -> None:
    replace = msgspec.structs.replace
    first, *others = record.attributions or ()
    bare = replace(record, attributions=(replace(first, cue=(), content=()), *others))
    with pytest.raises(DataError, match="a1 has neither cue nor content"):
        task(bare, text, "attribution")
    untagged = Factuality(event="v1", source="AUTHOR", certainty="probable", polarity="unspecified")
    with pytest.raises(DataError, match="has no tag"):
        task(replace(record, factuality=(untagged,)), text, "factuality")
    with pytest.raises(DataError, match="cannot be named"):
        task(replace(record, entities=(Entity(id="e 1", type="DOC"),)), text, "coreference")
    with pytest.raises(DataError, match="its hash differs"):
        task(record, text + " ", "entities")
    with pytest.raises(DataError, match="events needs entities"):
        task(replace(record, mentions=None, entities=None), text, "events")
    with pytest.raises(DataError, match="would stand for two regions"):
        task(replace(record, mentions=(replace((record.mentions or ())[0], id="v1"),)), text, "all")


def test_layouts_are_of_the_corpus(tmp_path: Path) -> None:
    assert read_record(orlen(tmp_path).pass_path(LAYOUT, "orlen-01")).mentions is None
