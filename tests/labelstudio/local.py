"""A real Label Studio of the test's own, by `scripts/label_studio`, and people who work on it in Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".label-studio" / "venv" / "bin" / "python"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMEDRIVER = shutil.which("chromedriver")


class Local:
    """A server with a data folder of its own; after `kill` it can be started again where it was."""

    def __init__(self, data: Path):
        self.data = data
        self.process: subprocess.Popen[str] | None = None
        self.about: dict[str, Any] = {}
        self.port = 0

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(ROOT / "scripts" / "label_studio"), "--json", "--data", str(self.data), "--port", str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the server did not start: see {self.data / 'server.log'}"
        self.about = json.loads(line)
        self.port = int(self.address.rpartition(":")[2])

    def kill(self) -> None:
        """End the server as a power cut would."""
        os.kill(self.about["pid"], signal.SIGKILL)
        assert self._ended() == 1

    def stop(self) -> int:
        """End the server as people do, and return the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self._ended()

    def _ended(self) -> int:
        assert self.process is not None and self.process.stdout is not None
        status = self.process.wait(30)
        self.process.stdout.close()
        return status

    @property
    def address(self) -> str:
        return str(self.about["address"])

    @property
    def token(self) -> str:
        return str(self.about["token"])

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the server for something as its first user."""
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            data = answer.read()
        return json.loads(data) if data else None

    def person(self, picture: Path, steps: list[Any], *, email: str | None = None) -> list[Any]:
        """Let the first user, or by invitation a new one, take steps in a browser, and return what each step gave."""
        session = {
            "address": self.address,
            "user": email or self.about["user"],
            "password": self.about["password"],
            "chromium": CHROMIUM,
            "chromedriver": CHROMEDRIVER,
            "picture": str(picture),
            "steps": steps,
        }
        if email is not None:
            session["invitation"] = self.address + self.api("GET", "/api/invite")["invite_url"]
        done = subprocess.run(
            [str(PYTHON), str(Path(__file__).with_name("browser.py"))],
            input=json.dumps(session),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{done.stderr[-2000:]}\nsee {picture}"
        found: list[Any] = json.loads(done.stdout)
        return found
