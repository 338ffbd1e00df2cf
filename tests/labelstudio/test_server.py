"""A real server and a real browser: push, annotate, pull; and what happens when the server dies or is tampered with."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

pytest.importorskip("label_studio_sdk", reason="needs .label-studio/venv: scripts/test makes it and runs these tests")

from local import CHROMEDRIVER, CHROMIUM, PYTHON, Local

from conftest import annotate
from reportedly import cli
from reportedly.corpus import COLUMNS, LAYOUT, Corpus, encode, read_record
from reportedly.errors import UnansweredError
from reportedly.labelstudio.client import Server
from reportedly.labelstudio.config import digest, make
from reportedly.labelstudio.parts import as_pass
from reportedly.labelstudio.sync import Plan, pull, push
from reportedly.layout import make_layout
from reportedly.records import Mention
from reportedly.text import text_sha256

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not PYTHON.is_file(), reason="no .label-studio/venv: run scripts/label_studio --setup"),
]
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or CHROMEDRIVER is None, reason="no chromium and chromedriver on the path"
)

TEXT = """Shield fighters leave two Orlen villages \U0001f600, monitor says

KESSAR, 9 May — Fighters of the Northern Shield left two villages near Orlen on Friday, the Orlen Monitor said.
“They are gone,” a resident told the Kessar Post, “and nobody was hurt.”
"""
PARTS = ["headline=1", "dateline=3@KESSAR, 9 May", "body=3-"]
QUOTES = """
E | e1 | PER.Group | fighters
E | e2 | GPE.City | two villages
M | m1 | 3:Fighters of the Northern Shield | Fighters | e1 | NOM
M | m2 | 3:two villages near Orlen | villages | e2 | NOM
"""
DOCS = [f"orlen-{n:02}" for n in range(10)]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """Start a server; at the end it must stop cleanly."""
    made = Local(tmp_path_factory.mktemp("label-studio"))
    made.start()
    yield made
    assert made.stop() == 0


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Ten documents with a layout and, as gold, two mentions."""
    corpus = Corpus(tmp_path_factory.mktemp("corpus"))
    rows = ["\t".join(COLUMNS)]
    for number, doc in enumerate(DOCS):
        text = f"{TEXT}It was report {number}.\n"
        record = annotate(text, QUOTES, PARTS, doc)
        fields = {"doc": doc, "collection": "reports", "characters": str(len(text)), "text_sha256": text_sha256(text)}
        rows.append("\t".join(fields.get(name, "") for name in COLUMNS))
        for path, data in (
            (corpus.root / "corpus" / "articles" / "reports" / f"{doc}.txt", text.encode()),
            (corpus.pass_path(LAYOUT, doc), encode(make_layout(doc, text, PARTS))),
            (corpus.gold_path(doc), encode(record)),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    (corpus.root / "corpus" / "articles.tsv").write_text("\n".join(rows) + "\n")
    return corpus


@pytest.fixture(autouse=True)
def as_first_user(local: Local, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_corpus", lambda: corpus)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", local.token)


def run(
    capsys: pytest.CaptureFixture[str], local: Local, *arguments: str, status: int = 0, verb: str = "labelstudio"
) -> tuple[Any, str]:
    """Run `reportedly labelstudio` or another verb, and return its JSON and what it said."""
    capsys.readouterr()
    assert cli.main([verb, *arguments, "--url", local.address, "--json"]) == status
    captured = capsys.readouterr()
    assert local.token not in captured.out + captured.err
    return json.loads(captured.out or "null"), captured.err


def span(quote: str, after: str = "") -> tuple[int, int]:
    start = TEXT.index(quote, TEXT.index(after))
    return start, start + len(quote)


def key(layer: str, label: str) -> str:
    """Return the hotkey of a label in the configuration of a layer."""
    (found,) = ElementTree.fromstring(make(layer)).findall(f".//Label[@value='{label}']")
    return found.attrib["hotkey"]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@needs_browser
def test_ten_documents_there_and_back(
    local: Local, corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two people annotate in a browser; what comes back is exactly what they selected."""
    numbers = {}
    for layer, *origin in (
        ("entities", "--from", "layout"), ("events", "--blank"), ("attribution", "--from", "layout"),
    ):  # fmt: skip
        pushed, _ = run(capsys, local, "push", "--layer", layer, *origin)
        assert pushed["created"] == DOCS
        numbers[layer] = pushed["project"]

    first = local.person(
        tmp_path / "first.png",
        [
            ["work_on", numbers["entities"]],
            ["stream"],
            ["mark", key("entities", "PER.Group"), "Fighters of the Northern Shield"],
            ["mark", key("entities", "ORG.ArmedGroup"), "the Northern Shield"],
            ["choose", "the Northern Shield", 1, "NAM"],
            ["submit"],
            ["stream"],
            ["mark", key("entities", "GPE.City"), "Orlen", 2],
            ["submit"],
            ["stream"],
            ["skip"],
            ["stream"],
            ["mark", key("entities", "GPE.City"), "Orlen", 1],
            ["draft"],
            ["work_on", numbers["events"]],
            ["stream"],
            ["mark", key("events", "Force.Withdraw"), "left"],
            ["relate", ["left", 1], ["Fighters of", 1], "Force"],
            ["relate", ["left", 1], ["villages near", 1], "Origin"],
            ["submit"],
            ["work_on", numbers["attribution"]],
            ["stream"],
            ["mark", key("attribution", "cue"), "told"],
            ["mark", key("attribution", "source"), "a resident"],
            ["mark", key("attribution", "content"), "“They are gone,”"],
            ["mark", key("attribution", "content"), "“and nobody was hurt.”"],
            ["relate", ["told", 1], ["a resident", 1]],
            ["relate", ["told", 1], ["They are", 1]],
            ["relate", ["told", 1], ["nobody was", 1]],
            ["choose", "told", 1, "direct"],
            ["submit"],
        ],
    )
    assert [f"report {n}." in first[at] for n, at in enumerate((1, 6, 9, 11))] == [True] * 4

    second = local.person(
        tmp_path / "second.png",
        [
            ["work_on", numbers["entities"]],
            ["stream"],
            ["marked"],
            ["mark", key("entities", "ORG.ArmedGroup"), "the Northern Shield"],
            ["submit"],
        ],
        email="second@example.com",
    )
    assert "report 0." in second[1] and second[2] == 0, (
        "the second annotator sees the same text and nothing of the first"
    )

    with Server(local.address, local.token) as server:
        held = {t.data["doc"]: t.annotations for t in server.tasks(numbers["entities"])}
    assert [held[doc] for doc in DOCS[:4]] == [2, 1, 1, 0], "two people; one; one skipped; a draft"

    pulled, said = run(capsys, local, "pull", "--layer", "entities")
    assert [(p["annotator"], p["doc"], p["status"]) for p in pulled["passes"]] == [
        ("first", "orlen-00", "new"),
        ("second", "orlen-00", "new"),
        ("first", "orlen-01", "new"),
    ]
    assert len(pulled["left_out"]) == 2
    assert "(orlen-02), annotation" in said and "skipped: left out" in said
    assert "(orlen-03): a draft of" in said

    mine = read_record(corpus.pass_path("first", "orlen-00"))
    inner = span("the Northern Shield")
    assert [((m.start, m.end), m.type, m.level) for m in mine.mentions or ()] == [
        (span("Fighters of the Northern Shield"), "PER.Group", None),
        (inner, "ORG.ArmedGroup", "NAM"),
    ]
    theirs = read_record(corpus.pass_path("second", "orlen-00"))
    assert [(m.start, m.end) for m in theirs.mentions or ()] == [inner]
    other = read_record(corpus.pass_path("first", "orlen-01"))
    assert [(m.start, m.end) for m in other.mentions or ()] == [span("Orlen", after="near")]

    for layer in ("events", "attribution"):
        run(capsys, local, "pull", "--layer", layer, "--annotator", f"{local.about['user']}={layer}")
    (event,) = read_record(corpus.pass_path("events", "orlen-00")).events or ()
    assert ((event.start, event.end), event.type) == (span("left"), "Force.Withdraw")
    assert {(a.role, a.target) for a in event.arguments} == {("Force", "m1"), ("Origin", "m2")}
    (said_so,) = read_record(corpus.pass_path("attribution", "orlen-00")).attributions or ()
    assert (said_so.cue, said_so.source) == ((span("told"),), (span("a resident"),))
    assert said_so.content == (span("“They are gone,”"), span("“and nobody was hurt.”"))
    assert said_so.relation == "direct"

    before = tree(corpus.root)
    again, _ = run(capsys, local, "pull", "--layer", "entities")
    assert {p["status"] for p in again["passes"]} == {"unchanged"} and tree(corpus.root) == before


@needs_browser
def test_two_annotators_are_adjudicated_in_a_third_project(
    local: Local, corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anna calls m1 a name and has a mention too many, ben lacks m2: with all three decided, gold is what it was."""
    doc = DOCS[9]
    gold = as_pass(read_record(corpus.gold_path(doc)))
    m1, m2 = gold.mentions or ()
    friday = span("Friday")
    m3 = Mention(id="m3", start=friday[0], end=friday[1], type="TIME.Date", value="2031-05-09")
    for name, mentions in (("anna", (replace(m1, level="NAM"), m2, m3)), ("ben", (replace(m1, id="m7"),))):
        path = corpus.pass_path(name, doc)
        path.parent.mkdir(parents=True)
        path.write_bytes(encode(replace(gold, mentions=mentions)))
    start = ("start", doc, "--passes", "anna", "ben", "--push")
    finish = ("finish", "--pull", "-o", "gold", "--replace")

    begun, _ = run(capsys, local, *start, verb="adjudicate")
    assert begun["created"] == [doc] and begun["documents"][0]["open"] == 3
    assert run(capsys, local, *start, verb="adjudicate")[0]["created"] == []
    steps: list[Any] = [
        ["work_on", begun["project"]],
        ["stream"],
        ["marked"],
        ["choose", "Fighters of", 1, "NOM"],
        ["decided", "M m1"],
        ["delete", "Friday"],
        ["decided", "M m3"],
        ["submit"],
        ["open", local.api("GET", f"/api/tasks/?project={begun['project']}")["tasks"][0]["id"]],
        ["decided", "M m2"],
        ["update"],
    ]
    before = tree(corpus.root)
    _, said = run(capsys, local, *finish, status=1, verb="adjudicate")
    assert f"{doc} has no submitted annotation" in said
    assert local.person(tmp_path / "adjudicator.png", steps[:8])[2] == 3, "what either has is shown"
    _, said = run(capsys, local, *finish, status=1, verb="adjudicate")
    assert said.count("is not decided") == 1 and "M m2: only anna" in said and tree(corpus.root) == before
    local.person(tmp_path / "adjudicator.png", [steps[0], *steps[8:]])

    (made,), _ = run(capsys, local, *finish, verb="adjudicate")
    adjudicated = read_record(corpus.gold_path(doc))
    assert made["status"] == "replaced" and as_pass(adjudicated) == gold
    assert {m.id: m.origin for m in adjudicated.mentions or ()} == {"m1": "both", "m2": "anna"}


def test_what_was_tampered_with_is_refused_or_reported(
    local: Local, corpus: Corpus, capsys: pytest.CaptureFixture[str]
) -> None:
    """A task is deleted, a text edited, a second project takes the name, and a project has an older configuration."""
    title = ("--layer", "entities", "--from", "layout", "--title", "Tampered")
    pushed, _ = run(capsys, local, "push", *title)
    number = pushed["project"]
    tasks = {t["data"]["doc"]: t for t in local.api("GET", f"/api/tasks/?project={number}&page_size=100")["tasks"]}
    assert {t["overlap"] for t in tasks.values()} == {2}

    local.api("DELETE", f"/api/tasks/{tasks['orlen-04']['id']}/")
    pulled, said = run(capsys, local, "pull", "--layer", "entities", "--title", "Tampered", status=1)
    assert "1 of 10 documents have no task: deleted on the server" in said and pulled["passes"] == []
    assert run(capsys, local, "push", *title)[0]["created"] == ["orlen-04"]

    edited = tasks["orlen-05"]
    data = edited["data"] | {"text": edited["data"]["text"].replace("two", "ten")}
    local.api("PATCH", f"/api/tasks/{edited['id']}/", {"data": data})
    for arguments in (("push", *title), ("pull", "--layer", "entities", "--title", "Tampered")):
        _, said = run(capsys, local, *arguments, status=1)
        assert f"/projects/{number}/data?task={edited['id']}: orlen-05: its text was edited on the server" in said
    local.api("PATCH", f"/api/tasks/{edited['id']}/", {"data": edited["data"]})

    twin = local.api("POST", "/api/projects/", {"title": "Tampered", "label_config": make("entities")})["id"]
    _, said = run(capsys, local, "push", *title, status=1)
    assert f"projects {number} and {twin} are all named 'Tampered': name one by --project" in said
    assert run(capsys, local, "push", *title, "--project", str(number))[0]["kept"] == DOCS
    local.api("DELETE", f"/api/projects/{twin}/")

    older = make("entities").replace('value="ORG.Aid"', 'value="ORG.Help"')
    local.api("PATCH", f"/api/projects/{number}/", {"label_config": older})
    _, said = run(capsys, local, "push", *title, status=1)
    assert (
        f"/projects/{number}: its labelling configuration ({digest(older)[:12]}) is not the one of this checkout"
        in said
    )


def many(number: int) -> Plan:
    """Return a plan of small tasks, the size of the largest round of annotation."""
    xml = make("entities")
    tasks = []
    for n in range(number):
        text = f"Text of article {n}.\n" * 50
        data = {"doc": f"d{n:04}", "text": text, "text_sha256": text_sha256(text), "config_digest": digest(xml)}
        tasks.append({"data": {**data, "title": "", "layer": "entities", "layers": ["entities"], "context": {}}})
    return Plan("Two thousand", xml, tuple(tasks))


def test_2000_tasks_with_the_server_killed_in_push_and_in_pull(local: Local) -> None:
    """Killed for good, a push is resumed by pushing again; killed and back, it goes on by itself; so does a pull."""
    plan, pauses, kills = many(2000), [], []

    def kill_soon() -> None:
        kills.append(threading.Timer(0.1, local.kill))
        kills[-1].start()

    def come_back(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 1:
            kills[-1].join()
            local.start()

    batches: list[str] = []

    def killing(message: str) -> None:
        batches.append(message)
        if len(batches) == 4:
            kill_soon()

    with Server(local.address, local.token, sleep=pauses.append) as server, pytest.raises(UnansweredError):
        push(server, plan, say=killing)
    kills[-1].join()
    assert pauses
    local.start()
    pauses.clear()
    batches.clear()
    with Server(local.address, local.token, sleep=come_back) as server:
        pushed = push(server, plan, say=killing)
        assert 0 < len(pushed.created) < 2000 and pauses
        held = [t.data["doc"] for t in server.tasks(pushed.project)]
    assert sorted(held) == [t["data"]["doc"] for t in plan.tasks]

    texts = {t["data"]["doc"]: t["data"]["text_sha256"] for t in plan.tasks}
    pauses.clear()
    with Server(local.address, local.token, sleep=come_back) as server:
        kill_soon()
        found = pull(server, plan.title, plan.configuration, texts)
        assert len(found.tasks) == 2000 and (found.refused, found.missing) == ((), ()) and pauses
    with Server(local.address, local.token) as server:
        started = time.monotonic()
        assert push(server, plan).created == ()
        assert time.monotonic() - started < 60
