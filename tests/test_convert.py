"""Conversion as a whole: exact round trips, counts of what is lost, the command, and input that is cut or damaged."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converting import IOB2, clusters, events, mentions, parse, renamed, there_and_back
from reportedly.cli import main
from reportedly.convert import FORMATS, Content, Options
from reportedly.convert.base import Texted
from reportedly.convert.run import inventory, write_format
from reportedly.convert.words import document_of, run
from reportedly.corpus import Corpus
from reportedly.errors import ReportedlyError
from reportedly.labels import data_root
from reportedly.records import Argument, Attribution, Document, Entity, Event, Mention, Span

WORDS = st.sampled_from(
    ["Orlen", "a", "B-PER", "(0)", "&<", "%41", "|", "#x", "_", "-", "naïve", "1.1", "\u00a0.", "x\ty"]
)
TYPES = st.sampled_from(["PER", "ORG.ArmedGroup", "GPE-City", "_"])
ATTRIBUTES = ("type", "entity")


@st.composite
def documents(draw: st.DrawFn, name: str = "d") -> Texted:
    """Draw a document of tokens with mentions that nest, cross and repeat, entities, events and attributions."""
    base = document_of(name, draw(st.lists(st.lists(WORDS, min_size=1, max_size=5), min_size=1, max_size=4)), "here")
    tokens = base.record.tokens or ()
    some = st.tuples(st.integers(0, len(tokens) - 1), st.integers(1, 4))

    def span(at: tuple[int, int]) -> Span:
        return tokens[at[0]][0], tokens[min(at[0] + at[1], len(tokens)) - 1][1]

    spans = [span(at) for at in draw(st.lists(some, max_size=8))]
    found: list[Mention] = []
    for n, (start, end) in enumerate(spans):
        kind, entity = draw(TYPES), draw(st.sampled_from([None, "e1", "e2", "e7", "x-y z"]))
        level = draw(st.sampled_from([None, "NAM", "PRO"]))
        head = draw(st.sampled_from([None, (start, end)]))
        found.append(Mention(id=f"m-{n}", start=start, end=end, type=kind, entity=entity, level=level, head=head))  # type: ignore[arg-type]
    triggers = [span(at) for at in draw(st.lists(some, max_size=4))]
    acts: list[Event] = []
    for n, (start, end) in enumerate(triggers):
        targets = [m.id for m in found] + [v.id for v in acts]
        filled = (
            draw(st.lists(st.tuples(st.sampled_from(["Agent", "Arg1"]), st.sampled_from(targets)), max_size=3))
            if targets
            else []
        )
        arguments = tuple(Argument(role=r, target=t) for r, t in filled)
        group, polarity = draw(st.sampled_from([None, "E1", "E3"])), draw(st.sampled_from(["+", "-"]))
        acts.append(
            Event(id=f"v{n}", start=start, end=end, type="A.B", event=group, polarity=polarity, arguments=arguments)
        )
    said = [
        Attribution(
            id=f"a{n}", cue=(span(cue),), content=(span(content),), parent="a0" if n else None, status="happened"
        )
        for n, (cue, content) in enumerate(draw(st.lists(st.tuples(some, some), max_size=3)))
    ]
    entities = tuple(Entity(id=e, type="PER", name="N 1%") for e in dict.fromkeys(m.entity for m in found) if e)
    record = msgspec.structs.replace(
        base.record, entities=entities, mentions=tuple(found), events=tuple(acts), attributions=tuple(said)
    )
    return Texted(record, base.text)


def flat(record: Document) -> Counter[object]:
    """Return the mentions that flat tags hold, by trying them from the longest on."""
    kept: list[tuple[Span, str]] = []
    for (span, kind), _ in sorted(mentions(record, "type").items(), key=lambda i: (i[0][0][0] - i[0][0][1], i[0])):
        same = [span[0] < b and a < span[1] for (a, b), _ in kept]
        inside = any(low <= span[0] and span[1] <= high for low, high in sentences(record))
        if inside and not any(same):
            kept.append((span, kind))
    return Counter(kept)


def sentences(record: Document) -> list[Span]:
    """Return the sentences as spans of tokens."""
    starts = [sum(1 for t in record.tokens or () if t[0] < s.start) for s in record.sentences or ()]
    return list(zip(starts, [*starts[1:], len(record.tokens or ())], strict=True))


def check_counts(before: Texted, after: Texted, lost: Counter[tuple[str, str]]) -> None:
    """What is said to be lost of each layer is what is missing in it."""
    there, back = (inventory(Content((d,))) for d in (before, after))
    for layer in ("entities", "mentions", "events", "attributions", "tokens", "sentences"):
        assert sum(n for (what, _), n in lost.items() if what == layer) == there[layer] - back[layer]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(documents(), st.sampled_from(["iob1", "iob2", "iobes", "bilou"]))
def test_conll_gives_back_the_outermost_mentions(document: Texted, scheme: str) -> None:
    back, lost = there_and_back("conll", document, options=Options(scheme=scheme))
    assert mentions(back.documents[0].record, "type") == flat(document.record)
    check_counts(document, back.documents[0], lost)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(documents(), st.sampled_from(["conll2012", "corefud", "dygie", "oneie", "ecb", "brat", "polnear"]))
def test_what_comes_back_stood_there_and_the_rest_is_counted(document: Texted, name: str) -> None:
    back, lost = there_and_back(name, document)
    after = back.documents[0]
    if FORMATS[name].texts:
        after = after._replace(record=msgspec.structs.replace(after.record, tokens=document.record.tokens))
    fields = () if name == "conll2012" else ("type",)
    assert mentions(after.record, *fields) <= mentions(document.record, *fields)
    check_counts(document, back.documents[0], lost)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(documents(), st.sampled_from(["oneie", "ecb", "brat"]))
def test_a_second_trip_loses_nothing(document: Texted, name: str) -> None:
    once, _ = there_and_back(name, document)
    twice, lost = there_and_back(name, *once.documents)
    assert renamed(twice.documents[0].record) == renamed(once.documents[0].record)
    assert lost == Counter()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(documents())
def test_brat_is_exact_but_for_the_layout(document: Texted) -> None:
    back, _ = there_and_back("brat", document)
    without = ("tokens", "sentences")
    assert renamed(back.documents[0].record, without=without) == renamed(document.record, without=without)


CORPUS = Corpus(data_root())
GOLD = [d for d in CORPUS.articles if CORPUS.text_path(d).is_file() and CORPUS.gold_path(d).is_file()]


@pytest.mark.parametrize("doc", GOLD)
def test_gold_goes_through_every_format(doc: str, root: Path) -> None:
    corpus = Corpus(root)
    gold = Texted(corpus.gold(doc), corpus.text(doc) or "")
    named = [m for m in gold.record.mentions or () if m.entity is not None]
    back = {}
    for name in FORMATS:
        content, lost = there_and_back(name, gold)
        check_counts(gold, content.documents[0], lost)
        back[name] = content.documents[0].record
    whole = mentions(gold.record, "type", "entity")
    assert mentions(back["conll"], "type") == flat(gold.record)
    assert set(clusters(back["conll2012"]).values()) == set(clusters(gold.record).values())
    heads = Counter({k: n for k, n in mentions(gold.record, "head", "level", "entity").items() if k[-1]})
    assert mentions(back["corefud"], "head", "level", "entity") == heads and sum(heads.values()) == len(named)
    assert mentions(back["oneie"], "id", "level", "type", "entity") == mentions(
        gold.record, "id", "level", "type", "entity"
    )
    assert mentions(back["dygie"], "type", "entity") == whole == mentions(back["ecb"], "type", "entity")
    assert events(back["ecb"], "type", "polarity", "event") == events(gold.record, "type", "polarity", "event")
    without = ("regions", "sentences", "tokens", "factuality", "claims", "guidelines", "verified_by_human")
    assert renamed(back["brat"], without=without) == renamed(gold.record, without=without)
    said = [(a.source, a.cue, a.content) for a in gold.record.attributions or ()]
    assert [(a.source, a.cue, a.content) for a in back["polnear"].attributions or ()] == said


def test_all_authored_gold_is_tried() -> None:
    assert len(GOLD) >= 6


NASTY = ["", "\t", "|", "(", ")", "(0", "0)", "[1/2]", "B-", "I-X", "-1", "99999999999999999999", "NaN", "\x00", "\u2028", "null", "{}", "[", '"', "<a>", "&x;", ";", ":", "T1", "E1", "é", "\r"]  # fmt: skip


def damaged(body: str, rng: random.Random) -> str:
    """Return a body cut, with lines doubled, dropped or swapped, or with pieces replaced."""
    for _ in range(rng.randint(1, 3)):
        at, kind = rng.randrange(len(body) + 1), rng.randrange(5)
        lines = body.split("\n")
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        if kind == 0:
            body = body[:at]
        elif kind == 1:
            body = body[:at] + rng.choice(NASTY) + body[at + rng.randint(0, 3) :]
        elif kind == 2:
            body = "\n".join([*lines[:i], lines[j], *lines[i:]])
        elif kind == 3:
            body = "\n".join(lines[:i] + lines[i + 1 :])
        else:
            low = max(0, at - rng.randint(1, 8))
            body = body[:low] + body[at:]
    return body


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_are_read_or_refused_without_a_traceback(name: str, record: Document, text: str) -> None:
    form = FORMATS[name]
    body = next(iter(write_format(Content((Texted(record, text),)), form, IOB2, Counter()).values()))
    refused = 0
    for seed in range(150):
        try:
            content, _ = parse(name, damaged(body, random.Random(seed)), text=text if form.texts else None)
        except ReportedlyError as error:
            assert str(error).startswith("f:") and len(str(error)) < 2000
            refused += 1
        else:
            assert content.documents
    assert 20 < refused < 150


def test_the_command_converts_there_and_back(
    tmp_path: Path, record: Document, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.jsonl").write_bytes(msgspec.json.encode(record) + b"\n")
    (tmp_path / "orlen-01.txt").write_bytes(text.encode())
    for name, form in FORMATS.items():
        there, back = tmp_path / f"{name}{'' if form.folder else form.suffix}", tmp_path / f"back-{name}" / "out.jsonl"
        assert (
            main(["convert", str(tmp_path / "in.jsonl"), "--from", "records", "--to", name, "-o", str(there), "--json"])
            == 0
        )
        found = json.loads(capsys.readouterr().out)
        assert found["documents"] == 1 and {"what", "why", "count"} == set(found["lost"][0])
        assert (
            main(["convert", str(there), "--from", name, "--to", "records", "-o", str(back), "--scheme", "iob2"]) == 0
        )
        assert "nothing is lost" in capsys.readouterr().err
        made = msgspec.json.decode(back.read_bytes(), type=Document)
        words = (back.parent / "orlen-01.txt").read_text("utf-8")
        assert made.doc == "orlen-01" and words.split()[:2] == ["Shield", "fighters"]
        assert all(words[m.start : m.end].strip() for m in made.mentions or ())


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["in.jsonl", "--from", "records", "--to", "records"], 2, "one of --from and --to is records"),
        (["in.jsonl", "--from", "records", "--to", "tei"], 2, "'tei' is no format: choose one of records conll"),
        (["none.jsonl", "--from", "records", "--to", "brat"], 2, "no such file"),
        (["in.jsonl", "--from", "records", "--to", "brat"], 2, "the text of 'orlen-01' is missing"),
        (["good.conll", "--from", "conll", "--to", "records"], 2, "name the scheme"),
        (["bad.conll", "--from", "conll", "--to", "records", "--scheme", "iob2"], 1, "bad.conll:2: 0xff is not UTF-8"),
        ([".", "--from", "ecb", "--to", "records"], 2, "holds no .xml file"),
        (["a.ann", "--from", "brat", "--to", "records"], 1, "the text of 'a' is missing"),
        (["up.json", "--from", "dygie", "--to", "records"], 1, "cannot name a file"),
        (["same.json", "--from", "dygie", "--to", "records"], 1, "document 'd' stands there 2 times"),
    ],
)
def test_what_cannot_be_converted_is_refused_and_nothing_is_written(
    arguments: list[str], status: int, message: str, tmp_path: Path, record: Document, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("in.jsonl").write_bytes(msgspec.json.encode(record) + b"\n")
    Path("bad.conll").write_bytes(b"a O\n\xff O\n")
    Path("good.conll").write_bytes(b"a O\n")
    Path("a.ann").write_text("T1\tA 0 1\ta\n")
    line = '{"doc_key": "%s", "sentences": [["a"]]}\n'
    Path("up.json").write_text(line % "../up")
    Path("same.json").write_text(line % "d" * 2)
    before = sorted(tmp_path.parent.rglob("*"))
    assert main(["convert", *arguments, "-o", "out/x.jsonl"]) == status
    assert message in capsys.readouterr().err
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_a_text_of_another_document_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.conll").write_text("b O\n")
    (tmp_path / "a.txt").write_text("mine")
    assert (
        main(
            [
                "convert",
                str(tmp_path / "a.conll"),
                "--from",
                "conll",
                "--to",
                "records",
                "-o",
                str(tmp_path / "o.jsonl"),
                "--scheme",
                "iob2",
            ]
        )
        == 1
    )
    assert "is another text" in capsys.readouterr().err
    assert (tmp_path / "a.txt").read_text() == "mine" and not (tmp_path / "o.jsonl").exists()


def test_polnear_finds_the_text_of_an_annotator_beside_or_in_its_folder(tmp_path: Path) -> None:
    for place in ("text/a_b.txt", "attributions/a_b_4e07.ann"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(
            "said" if place.endswith("txt") else "T1\tCue 0 4\tsaid\nE1\tAttribution:T1 Cue:T1\n"
        )
    out = tmp_path / "out" / "o.jsonl"
    assert (
        main(["convert", str(tmp_path / "attributions"), "--from", "polnear", "--to", "records", "-o", str(out)]) == 0
    )
    assert msgspec.json.decode(out.read_bytes(), type=Document).attributions == (Attribution(id="a1", cue=((0, 4),)),)


def test_a_story_is_written_beside_the_records(tmp_path: Path, record: Document, text: str) -> None:
    (tmp_path / "in.jsonl").write_bytes(msgspec.json.encode(record) + b"\n")
    (tmp_path / "orlen-01.txt").write_bytes(text.encode())
    story = {"story": "s", "entities": [{"id": "G1", "name": "Orlen", "members": [{"doc": "orlen-01", "id": "e4"}]}]}
    (tmp_path / "s.json").write_text(json.dumps(story))
    there, back = str(tmp_path / "ecb"), tmp_path / "back" / "o.jsonl"
    assert (
        main(
            [
                "convert",
                str(tmp_path / "in.jsonl"),
                "--from",
                "records",
                "--to",
                "ecb",
                "-o",
                there,
                "--story",
                str(tmp_path / "s.json"),
            ]
        )
        == 0
    )
    assert main(["convert", there, "--from", "ecb", "--to", "records", "-o", str(back)]) == 0
    group = json.loads(back.with_suffix(".story.json").read_bytes())["entities"][0]
    assert group["id"] == "G1" and [m["doc"] for m in group["members"]] == ["orlen-01"]


def test_the_help_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["convert", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert ", ".join(["records", *FORMATS]) in shown


def test_a_layer_is_empty_where_another_document_has_it_and_not_attempted_where_none_does() -> None:
    line = '{"doc_key": "%s", "sentences": [["a"]], "ner": [[%s]]}\n'
    records = [d.record for d in parse("dygie", line % ("a", '[0, 0, "PER"]') + line % ("b", ""))[0].documents]
    assert [(r.mentions is None, r.events) for r in records] == [(False, None), (False, None)]
    assert records[1].mentions == ()


def test_the_longest_run_of_numbers_is_the_first_of_equals() -> None:
    assert run([5, 1, 2, 6, 9]) == (1, 3)
    assert run([5, 1, 2, 6, 9], 9) == (9, 10)
