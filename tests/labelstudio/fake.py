"""A Label Studio of a few lines on 127.0.0.1: projects, tasks and exports in memory, with faults on demand."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

TOKEN = "0123456789abcdef0123456789abcdef01234567"


class Fault(NamedTuple):
    """What happens to the next request of a method and path: a status, or a dropped connection (0).

    It is carried out all the same where `done`; an import that is `late` is carried out after the next one.
    """

    request: str
    status: int = 0
    done: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    late: bool = False


class Fake:
    """What the server holds and what it was asked; `faults` are used up one a matching request, in order."""

    def __init__(self) -> None:
        self.projects: dict[int, dict[str, Any]] = {}
        self.tasks: dict[int, dict[str, Any]] = {}
        self.exports: dict[int, int] = {}
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.pauses: list[float] = []
        self.said: list[str] = []
        self.address = ""
        self.late: list[list[dict[str, Any]]] = []
        self._next = 0

    def number(self) -> int:
        self._next += 1
        return self._next

    def docs(self) -> list[str]:
        return [t["data"]["doc"] for t in self.tasks.values()]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        rules = (
            (r"GET /api/projects/", self._list_projects),
            (r"POST /api/projects/", self._create),
            (r"GET /api/projects/(\d+)/", self._project),
            (r"PATCH /api/projects/(\d+)/", self._update),
            (r"POST /api/projects/(\d+)/import", self._import_all),
            (r"GET /api/tasks/", self._list_tasks),
            (r"DELETE /api/tasks/(\d+)/", self._drop),
            (r"POST /api/projects/(\d+)/exports/", self._export),
            (r"GET /api/projects/(\d+)/exports/(\d+)/?", self._export_status),
            (r"GET /api/projects/(\d+)/exports/(\d+)/download", self._download),
            (r"DELETE /api/projects/(\d+)/exports/(\d+)/?", self._forget),
        )
        for rule, act in rules:
            match = re.fullmatch(rule, f"{method} {path}")
            if match:
                return act(*map(int, match.groups()), query=query, body=body)
        return 404, {"detail": "Not found."}

    def _list_projects(self, query: dict[str, str], body: Any) -> tuple[int, Any]:
        found = [p for p in self.projects.values() if query.get("title", "").lower() in p["title"].lower()]
        return 200, {"count": len(found), "next": None, "previous": None, "results": _page(found, query)}

    def _create(self, query: dict[str, str], body: Any) -> tuple[int, Any]:
        number = self.number()
        self.projects[number] = {"id": number, **body}
        return 201, self.projects[number]

    def _project(self, number: int, query: dict[str, str], body: Any) -> tuple[int, Any]:
        return (200, self.projects[number]) if number in self.projects else (404, {"detail": "Not found."})

    def _update(self, number: int, query: dict[str, str], body: Any) -> tuple[int, Any]:
        self.projects[number] |= body
        return 200, self.projects[number]

    def _import_all(self, project: int, query: dict[str, str], body: Any) -> tuple[int, Any]:
        for tasks in (body, *self.late):
            self._import(project, tasks)
        self.late.clear()
        return 201, {"task_count": len(body), "annotation_count": 0, "duration": 0.0, "file_upload_ids": [],
                     "could_be_tasks_list": False, "found_formats": [], "data_columns": []}  # fmt: skip

    def _import(self, project: int, tasks: list[dict[str, Any]]) -> None:
        for task in tasks:
            number = self.number()
            zeros = {"total_annotations": 0, "cancelled_annotations": 0}
            self.tasks[number] = {"id": number, "project": project, "annotations": [], "drafts": [], **zeros, **task}

    def _list_tasks(self, query: dict[str, str], body: Any) -> tuple[int, Any]:
        found = [t for t in self.tasks.values() if t["project"] == int(query["project"])]
        shown = _page(found, query)
        if not shown and query["page"] != "1":
            return 404, {"detail": "Invalid page."}
        return 200, {"tasks": shown, "total": len(found), "total_annotations": 0, "total_predictions": 0}

    def _drop(self, number: int, query: dict[str, str], body: Any) -> tuple[int, Any]:
        return (204, None) if self.tasks.pop(number, None) else (404, {"detail": "Not found."})

    def _export(self, project: int, query: dict[str, str], body: Any) -> tuple[int, Any]:
        number = self.number()
        self.exports[number] = 2
        return 201, {"id": number, "status": "created", "title": body["title"]}

    def _export_status(self, project: int, number: int, query: dict[str, str], body: Any) -> tuple[int, Any]:
        self.exports[number] -= 1
        return 200, {"id": number, "status": "in_progress" if self.exports[number] else "completed"}

    def _download(self, project: int, number: int, query: dict[str, str], body: Any) -> tuple[int, Any]:
        return 200, [t for t in self.tasks.values() if t["project"] == project]

    def _forget(self, project: int, number: int, query: dict[str, str], body: Any) -> tuple[int, Any]:
        return (204, None) if self.exports.pop(number, None) is not None else (404, {"detail": "Not found."})


def _page(found: list[Any], query: dict[str, str]) -> list[Any]:
    number, size = int(query["page"]), int(query["page_size"])
    return found[(number - 1) * size : number * size]


@contextmanager
def serve(fake: Fake) -> Iterator[Fake]:
    """Run the server on a free port while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            request = f"{self.command} {parts.path}"
            fake.asked.append(request)
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            fault = next((f for f in fake.faults if re.fullmatch(f.request, request)), None)
            if self.headers["Authorization"] != f"Token {TOKEN}":
                self.reply(401, {"detail": f"Invalid token {self.headers['Authorization']}."})
                return
            if fault is not None:
                fake.faults.remove(fault)
                if fault.late:
                    fake.late.append(body)
            if fault is None or fault.done:
                status, answer = fake.answer(self.command, parts.path, query, body)
            if fault is None:
                self.reply(status, answer)
            elif fault.status:
                self.reply(fault.status, {"detail": f"not now, {self.headers['Authorization']}"}, fault.headers)
            else:
                self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def reply(self, status: int, answer: Any, headers: tuple[tuple[str, str], ...] = ()) -> None:
            data = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(data))), *headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
