"""Push and pull against a small server with faults: nothing twice, nothing lost, and a message for the rest."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from typing import Any

import pytest

pytest.importorskip("label_studio_sdk", reason="needs .label-studio/venv: scripts/test makes it and runs these tests")

from fake import TOKEN, Fake, Fault, serve

from reportedly.cli import main
from reportedly.errors import DataError, ServerError, UnansweredError, UsageError
from reportedly.labelstudio.client import ATTEMPTS, PAGE, Server, read_token
from reportedly.labelstudio.config import digest
from reportedly.labelstudio.sync import Plan, Pulled, Pushed, push
from reportedly.labelstudio.sync import pull as pull_texts
from reportedly.text import text_sha256

XML = '<View><Labels name="entity" toName="text"><Label value="PER"/></Labels><Text name="text" value="$text"/></View>'
IMPORT = r"POST /api/projects/\d+/import"
TASKS = r"GET /api/tasks/"


def plan(number: int = 3, *, xml: str = XML, title: str = "Reportedly: entities") -> Plan:
    """Return a plan of `number` documents d000, d001, ..."""
    texts = [f"Text of article {i}.\n" for i in range(number)]
    tasks = tuple(
        {"data": {"doc": f"d{i:03}", "text": t, "text_sha256": text_sha256(t), "config_digest": digest(xml), "layer": "entities"}}
        for i, t in enumerate(texts)
    )  # fmt: skip
    return Plan(title, xml, tasks)


def pull(server: Server, made: Plan, *, project: int | None = None, docs: Collection[str] = ()) -> Pulled:
    """Pull the documents of a plan."""
    texts = {t["data"]["doc"]: t["data"]["text_sha256"] for t in made.tasks}
    return pull_texts(server, made.title, made.configuration, texts, project=project, docs=docs)


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serve(Fake()) as running:
        yield running


@pytest.fixture
def server(fake: Fake) -> Iterator[Server]:
    with Server(fake.address, TOKEN, say=fake.said.append, sleep=fake.pauses.append) as made:
        yield made


def names(number: int) -> list[str]:
    return [f"d{i:03}" for i in range(number)]


def test_push_makes_a_project_for_two_annotators_and_adds_each_document(fake: Fake, server: Server) -> None:
    found = push(server, plan(3))
    assert found == Pushed(1, f"{fake.address}/projects/1/data?labeling=1", tuple(names(3)), ())
    project = fake.projects[1]
    assert (project["title"], project["label_config"], project["maximum_annotations"]) == (
        "Reportedly: entities",
        XML,
        2,
    )
    assert fake.docs() == names(3)


def test_pushing_again_adds_nothing(fake: Fake, server: Server) -> None:
    push(server, plan(3))
    before = dict(fake.tasks)
    assert push(server, plan(3)) == Pushed(1, f"{fake.address}/projects/1/data?labeling=1", (), tuple(names(3)))
    assert fake.tasks == before and len(fake.projects) == 1


def test_a_longer_plan_adds_only_what_is_new(fake: Fake, server: Server) -> None:
    push(server, plan(2))
    assert push(server, plan(4)).created == ("d002", "d003")
    assert fake.docs() == names(4)


def test_several_pages_and_batches(fake: Fake, server: Server) -> None:
    """2 x 100 + 50 documents are three requests to add, and three pages to read."""
    lines: list[str] = []
    assert len(push(server, plan(2 * PAGE + 50), say=lines.append).created) == 250
    assert fake.asked.count("POST /api/projects/1/import") == 3
    assert lines == ["100 of 250 tasks", "200 of 250 tasks", "250 of 250 tasks"]
    assert push(server, plan(2 * PAGE + 50)).created == ()
    assert len(fake.tasks) == 250


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 0])
@pytest.mark.parametrize("done", [False, True], ids=["not carried out", "carried out"])
@pytest.mark.parametrize("request_", [IMPORT, r"POST /api/projects/", TASKS, r"GET /api/projects/"])
def test_one_fault_of_any_kind_anywhere_leaves_each_document_once(
    request_: str, status: int, done: bool, fake: Fake, server: Server
) -> None:
    fake.faults = [Fault(request_, status, done)]
    assert push(server, plan(3)).created == tuple(names(3))
    assert fake.docs() == names(3) and len(fake.projects) == 1
    assert fake.pauses == [1.0] and not fake.faults
    assert not any(request.startswith("DELETE") for request in fake.asked)


def test_what_was_thought_lost_and_comes_twice_is_dropped_again(fake: Fake, server: Server) -> None:
    fake.faults = [Fault(IMPORT, 504, late=True)]
    assert push(server, plan(3)).created == tuple(names(3))
    assert fake.docs() == names(3)
    assert sum(request.startswith("DELETE /api/tasks/") for request in fake.asked) == 3


def test_a_request_to_wait_is_heeded_up_to_a_minute(fake: Fake, server: Server) -> None:
    fake.faults = [
        Fault(TASKS, 429, headers=(("Retry-After", "7"),)),
        Fault(TASKS, 429, headers=(("Retry-After", "9999"),)),
    ]
    push(server, plan(1))
    assert fake.pauses == [7.0, 60.0]


def test_a_server_that_stays_away_is_given_up_after_growing_pauses(fake: Fake, server: Server) -> None:
    fake.faults = [Fault(r".*")] * 99
    with pytest.raises(UnansweredError, match="no answer about the projects named"):
        push(server, plan(1))
    assert fake.pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0] and len(fake.asked) == ATTEMPTS


def test_adding_is_given_up_too_and_resumed_by_pushing_again(fake: Fake, server: Server) -> None:
    fake.faults = [Fault(IMPORT, 500)] * ATTEMPTS
    with pytest.raises(UnansweredError, match="500 to adding tasks to project 1: not now"):
        push(server, plan(3))
    assert fake.docs() == [] and not fake.faults
    assert push(server, plan(3)).created == tuple(names(3))


def test_a_refusal_is_not_asked_again_and_repeats_no_token(fake: Fake, server: Server) -> None:
    fake.faults = [Fault(IMPORT, 400)]
    with pytest.raises(ServerError, match=r"400 to adding tasks to project 1: not now, Token \.\.\.$"):
        push(server, plan(1))
    assert fake.pauses == []


def test_pages_that_change_while_they_are_read_are_read_anew(fake: Fake, server: Server) -> None:
    """Without that, d100 would slip from page 2 to page 1 unseen when d000 is deleted, and be added twice."""
    push(server, plan(PAGE + 2))
    answer, first = fake.answer, min(fake.tasks)

    def deleting(method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        if path == "/api/tasks/" and query["page"] == "2":
            fake.tasks.pop(first, None)
        return answer(method, path, query, body)

    fake.answer = deleting  # type: ignore[method-assign]
    assert push(server, plan(PAGE + 2)).created == ("d000",)
    assert sorted(fake.docs()) == names(PAGE + 2)


def test_two_projects_of_one_name_are_refused_until_one_is_named(fake: Fake, server: Server) -> None:
    push(server, plan(1))
    fake.projects[9] = fake.projects[1] | {"id": 9}
    for act in (push, pull):
        with pytest.raises(
            DataError, match="projects 1 and 9 are all named 'Reportedly: entities': name one by --project"
        ):
            act(server, plan(1))  # type: ignore[operator]
    assert push(server, plan(1), project=9).project == 9


def test_a_project_of_another_configuration_is_refused_before_anything_is_added(fake: Fake, server: Server) -> None:
    push(server, plan(1))
    newer = plan(3, xml=XML.replace("PER", "ORG"))
    for act in (push, pull):
        with pytest.raises(
            DataError, match=r"/projects/1: its labelling configuration .* push to a new project by --title"
        ):
            act(server, newer)  # type: ignore[operator]
    assert fake.docs() == names(1)


EDITS = {
    "text edited": ({"text": "Text of another article.\n"}, "its text was edited on the server"),
    "text of another version": (
        {"text": "Older.\n", "text_sha256": text_sha256("Older.\n")},
        r"its text \(.{12}\) is not the one here",
    ),
    "older configuration": ({"config_digest": "0" * 64}, "was made with another configuration"),
    "a stranger": ({"doc": None}, "is no task of ours"),
    "same document twice": ({"doc": "d000"}, "hold the same document"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_task_that_does_not_fit_is_named_by_its_address(name: str, fake: Fake, server: Server) -> None:
    change, message = EDITS[name]
    push(server, plan(3))
    number = list(fake.tasks)[1]
    fake.tasks[number]["data"] |= change
    if name == "same document twice":
        fake.tasks[number]["data"] = dict(plan(1).tasks[0]["data"])
    asked = len(fake.asked)
    with pytest.raises(DataError, match=rf"/projects/1/data\?task={number}: .*{message}"):
        push(server, plan(4))
    assert not any("import" in request for request in fake.asked[asked:])
    found = pull(server, plan(3))
    assert any(f"task={number}: " in line for line in found.refused)
    assert number not in {t.id for t in found.tasks}


def test_a_deleted_task_is_reported_and_made_again_by_push(fake: Fake, server: Server) -> None:
    push(server, plan(3))
    del fake.tasks[list(fake.tasks)[-1]]
    found = pull(server, plan(3))
    assert [t.data["doc"] for t in found.tasks] == names(2)
    assert "/projects/1: 1 of 3 documents have no task: deleted on the server, or a push" in found.missing[0]
    assert "/projects/1: d002: there is no task of it" in pull(server, plan(3), docs=["d002"]).missing[0]
    assert push(server, plan(3)).created == ("d002",)
    assert pull(server, plan(3)).missing == ()


@pytest.mark.parametrize("status", [429, 500, 0])
@pytest.mark.parametrize("request_", [r"POST .*/exports/", r"GET .*/exports/\d+/?", r"GET .*/download", r"DELETE .*"])
def test_pull_outlasts_faults_and_leaves_no_export_behind(
    request_: str, status: int, fake: Fake, server: Server
) -> None:
    push(server, plan(3))
    fake.faults = [Fault(request_, status)]
    assert [t.data["doc"] for t in pull(server, plan(3)).tasks] == names(3)
    assert fake.exports == {} or request_.startswith("DELETE")


def test_pull_takes_the_documents_asked_for(fake: Fake, server: Server) -> None:
    push(server, plan(3))
    found = pull(server, plan(3), docs=["d001"])
    assert [t.data["doc"] for t in found.tasks] == ["d001"] and found.missing == ()


def test_pull_from_no_project_says_what_to_do(server: Server) -> None:
    with pytest.raises(UsageError, match="no project is named 'Reportedly: entities': push it first"):
        pull(server, plan(1))


def test_a_wrong_token_is_refused_and_shown_nowhere(fake: Fake) -> None:
    secret = "feedfacefeedfacefeedfacefeedfacefeedface"
    said: list[str] = []
    wrong = Server(fake.address, secret, say=said.append)
    with wrong as server, pytest.raises(UsageError, match="the token is not accepted") as caught:
        push(server, plan(1))
    assert secret not in str(caught.value) + "".join(said) and caught.value.status == 2


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8080", "ftp://x", "http://", "http://a:b@c", "http://x?y", "http://x:99999999"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="the address of a server is like"):
        Server(address, TOKEN)


def test_another_site_is_told_from_a_label_studio(fake: Fake) -> None:
    other = Server(f"{fake.address}/elsewhere", TOKEN)
    with other as server, pytest.raises(ServerError, match="there is no such thing"):
        push(server, plan(1))


@pytest.mark.parametrize("token", ["", "two words", "ünicode"])
def test_no_token_or_a_bad_one_is_refused(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(UsageError, match="LABEL_STUDIO_API_KEY") as caught:
        read_token()
    assert not token or token not in str(caught.value)


def test_without_the_sdk_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "label_studio_sdk", None)
    with pytest.raises(UsageError, match=r"pip install 'reportedly\[labelstudio\]'"):
        Server("http://127.0.0.1:1", TOKEN)


def test_a_token_that_travels_unencrypted_is_said() -> None:
    said: list[str] = []
    for address in ("http://127.0.0.1:1", "https://example.org", "http://example.org"):
        with Server(address, TOKEN, say=said.append):
            pass
    assert said == ["http://example.org: the token travels unencrypted: use an https address beyond this machine"]


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_the_commands_need_a_token_first(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(["labelstudio", verb, "--layer", "entities", "--url", "http://127.0.0.1:1"]) == 2
    assert "set LABEL_STUDIO_API_KEY" in capsys.readouterr().err


def test_nothing_to_push_and_long_titles_are_refused(server: Server) -> None:
    with pytest.raises(UsageError, match="no document to push"):
        push(server, plan(0))
    with pytest.raises(UsageError, match="more than 50 characters"):
        push(server, plan(1, title="x" * 51))
