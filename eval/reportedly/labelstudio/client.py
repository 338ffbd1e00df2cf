"""One Label Studio server, by `label-studio-sdk`: the few calls that push and pull need, with bounded waiting.

What can be asked twice is asked again, after growing pauses, where the server answers 408, 429 or 5xx or not at all.
What would act twice (`create`, `add`) is asked once: it raises `UnansweredError`, and the caller looks what happened.
The token is sent to the address given and nowhere else, redirects included, and stands in no message.
"""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar
from urllib.parse import urlsplit

from ..errors import ServerError, UnansweredError, UsageError

if TYPE_CHECKING:
    from label_studio_sdk.core.api_error import ApiError

T = TypeVar("T")
ATTEMPTS = 7
LONGEST_PAUSE = 60.0
PAGE = 100
READ_TIMEOUT = 300.0
EXPORT_LIMIT = 1800.0
_HERE = ("127.0.0.1", "::1", "localhost")
_LATER = frozenset({408, 429, 500, 502, 503, 504})
_FIELDS = "id,data,total_annotations,cancelled_annotations"
_SNAPSHOT = {
    "predictions": {"only_id": False},
    "drafts": {"only_id": False},
    "annotations__completed_by": {"only_id": False},
    "include_annotation_history": False,
    "interpolate_key_frames": False,
}


class Project(NamedTuple):
    """A project on the server; `annotators` is how many a task is given to."""

    id: int
    title: str
    configuration: str
    annotators: int
    description: str


class Held(NamedTuple):
    """A task on the server: its data, and how many annotations it has, skips included."""

    id: int
    data: dict[str, Any]
    annotations: int


class Server:
    """A server at an address, spoken to as the owner of a token.

    Raises `UsageError` for an address or token that cannot be used, `ServerError` for a refusal, and
    `UnansweredError` when all attempts were in vain.
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        say: Callable[[str], None] = lambda message: None,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self.address = _checked(address)
        self._token = token
        self._say = say
        self._sleep = sleep
        try:
            import httpx
            from label_studio_sdk import LabelStudio
            from label_studio_sdk.core.api_error import ApiError
        except ImportError:
            raise UsageError("label-studio-sdk is not installed: pip install 'reportedly[labelstudio]'") from None
        if self.address.startswith("http://") and urlsplit(self.address).hostname not in _HERE:
            say(f"{self.address}: the token travels unencrypted: use an https address beyond this machine")
        self._api_error, self._no_answer = ApiError, httpx.TransportError
        try:
            self._client: Any = LabelStudio(
                base_url=self.address,
                api_key=token,
                max_retries=0,
                httpx_client=httpx.Client(timeout=httpx.Timeout(READ_TIMEOUT, connect=10.0)),
            )
        except ApiError as error:
            raise self._refusal(error, "the token") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client._client_wrapper.httpx_client.httpx_client.close()

    def projects(self, title: str) -> list[Project]:
        """Return the projects of exactly this title, the oldest first."""

        def page(number: int) -> tuple[Sequence[Any], int]:
            answer = self._client.projects.list(title=title, page=number, page_size=PAGE).response
            return answer.results or (), answer.count

        found = self._pages(page, f"the projects named {title!r}")
        return [_project(p) for p in found if p.title == title]

    def project(self, number: int) -> Project:
        """Return the project of a number."""
        return _project(self._ask(lambda: self._client.projects.get(number), f"project {number}"))

    def create(self, title: str, configuration: str, settings: dict[str, Any]) -> Project:
        """Make a project; asked once."""
        return _project(
            self._once(
                lambda: self._client.projects.create(title=title, label_config=configuration, **settings),
                f"making the project {title!r}",
            )
        )

    def update(self, project: int, settings: dict[str, Any]) -> None:
        """Change settings of a project."""
        self._ask(lambda: self._client.projects.update(project, **settings), f"the settings of project {project}")

    def tasks(self, project: int) -> list[Held]:
        """Return all tasks of a project, oldest first, read page by page."""

        def page(number: int) -> tuple[Sequence[Any], int]:
            try:
                answer = self._client.tasks.list(
                    project=project, page=number, page_size=PAGE, fields="task_only", include=_FIELDS
                ).response
            except self._api_error as error:
                if error.status_code == 404 and number > 1:
                    return (), -1
                raise
            return answer.tasks or (), answer.total

        found = self._pages(page, f"the tasks of project {project}")
        return [Held(t.id, dict(t.data), (t.total_annotations or 0) + (t.cancelled_annotations or 0)) for t in found]

    def add(self, project: int, tasks: Sequence[dict[str, Any]]) -> None:
        """Add tasks to a project; asked once, and the server adds all of them or none."""
        self._once(
            lambda: self._client.projects.import_tasks(project, request=list(tasks)),
            f"adding tasks to project {project}",
        )

    def drop(self, task: int) -> None:
        """Delete a task; fine where it is gone already."""

        def delete() -> None:
            try:
                self._client.tasks.delete(str(task))
            except self._api_error as error:
                if error.status_code != 404:
                    raise

        self._ask(delete, f"deleting task {task}")

    def snapshot(self, project: int) -> bytes:
        """Return a snapshot export of a project as JSON: every task with annotations, drafts and predictions in full."""
        what = f"the export of project {project}"
        self._say(f"waiting for {what}")
        made = self._ask(
            lambda: self._client.projects.exports.create(
                project, title="reportedly pull", serialization_options=_SNAPSHOT, task_filter_options={}
            ),
            what,
        )
        try:
            self._await_export(project, made, what)
            download = self._client.projects.exports.download
            return self._ask(lambda: b"".join(download(project, made.id, export_type="JSON")), what)
        finally:
            self._forget(project, made.id)

    def _await_export(self, project: int, made: Any, what: str) -> None:
        number, waited, pause = made.id, 0.0, 0.5
        while made.status != "completed":
            if made.status == "failed" or waited > EXPORT_LIMIT:
                state = "failed on the server" if made.status == "failed" else f"is not ready after {waited:.0f} s"
                raise ServerError(f"{self.address}: {what} {state}: see the server's log, then pull again")
            self._sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 10.0)
            made = self._ask(lambda: self._client.projects.exports.get(project, number), what)

    def _forget(self, project: int, export: int) -> None:
        """Delete an export from the server; one that stays behind only takes room there."""
        try:
            self._client.projects.exports.delete(project, export)
        except (self._api_error, self._no_answer):
            self._say(f"export {export} of project {project} stays on the server")

    def _pages(self, page: Callable[[int], tuple[Sequence[Any], int]], what: str) -> list[Any]:
        """Return the items of all pages; read anew where the number of items changed between pages."""
        for _ in range(ATTEMPTS):
            found: dict[int, Any] = {}
            totals = set()
            for number in range(1, 1_000_000):
                items, total = self._ask(lambda number=number: page(number), what)  # type: ignore[misc]
                found |= {item.id: item for item in items}
                totals.add(total)
                if not items or len(found) >= total:
                    break
            if totals == {len(found)}:
                return [found[number] for number in sorted(found)]
        raise ServerError(
            f"{self.address}: {what} changed while they were read: try again when nobody else changes them"
        )

    def _ask(self, call: Callable[[], T], what: str) -> T:
        """Return what a call gives, asking again where that may help."""
        for attempt in range(1, ATTEMPTS):
            try:
                return self._once(call, what)
            except UnansweredError as error:
                self.pause(attempt, error)
        return self._once(call, what)

    def pause(self, attempt: int, error: UnansweredError) -> None:
        """Wait before attempt + 1: as long as the server asks for, or 1, 2, 4, ... seconds; never over a minute."""
        seconds = min(error.wait if error.wait is not None else 2.0 ** (attempt - 1), LONGEST_PAUSE)
        self._say(f"{error}; trying again in {seconds:.0f} s ({attempt} of {ATTEMPTS - 1})")
        self._sleep(seconds)

    def _once(self, call: Callable[[], T], what: str) -> T:
        try:
            return call()
        except self._api_error as error:
            raise self._refusal(error, what) from None
        except self._no_answer as error:
            raise UnansweredError(f"{self.address}: no answer about {what} ({type(error).__name__})") from None

    def _refusal(self, error: ApiError, what: str) -> ServerError | UsageError:
        status, said = error.status_code, self._said(error)
        if status in (401, 403):
            return UsageError(
                f"{self.address}: the token is not accepted ({status}): copy it from Account & Settings there "
                "into LABEL_STUDIO_API_KEY"
            )
        if status in _LATER:
            return UnansweredError(f"{self.address}: {status} to {what}{said}", _retry_after(error.headers))
        if status == 404:
            return ServerError(f"{self.address}: {what}: there is no such thing: is the number right?")
        if status is None or status < 400:
            return ServerError(
                f"{self.address}: {what}: not the answer of a Label Studio ({status}): is the address right?"
            )
        return ServerError(f"{self.address}: {status} to {what}{said}")

    def _said(self, error: ApiError) -> str:
        """Return what the server said of an error, on one line and without the token."""
        body = error.body
        if isinstance(body, dict):
            body = body.get("validation_errors") or body.get("detail") or body
        words = " ".join(str(body or "").replace(self._token, "...").split())
        return f": {words[:300]}" if words and not words.startswith("<") else ""


def read_token() -> str:
    """Return the token from `LABEL_STUDIO_API_KEY`, or ask for it without showing it; raises `UsageError`."""
    token = os.environ.get("LABEL_STUDIO_API_KEY", "").strip()
    if not token and sys.stdin.isatty():
        token = getpass.getpass("Token of Label Studio (Account & Settings): ").strip()
    if not token:
        raise UsageError("no token: set LABEL_STUDIO_API_KEY to yours (Account & Settings in Label Studio)")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError("LABEL_STUDIO_API_KEY holds blanks or signs that no token has: copy it again")
    return token


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in address or "?" in address or "#" in address:
        raise UsageError("the address of a server is like http://127.0.0.1:8080, with no user or token in it")
    return address.rstrip("/")


def _project(found: Any) -> Project:
    return Project(
        found.id, found.title or "", found.label_config or "", found.maximum_annotations or 1, found.description or ""
    )


def _retry_after(headers: dict[str, str] | None) -> float | None:
    """Return the seconds of a Retry-After header; a date, which servers of this kind do not send, counts as none."""
    value = next((v for k, v in (headers or {}).items() if k.lower() == "retry-after"), "")
    return float(value) if value.isascii() and value.isdigit() else None
