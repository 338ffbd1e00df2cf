"""Runs Label Studio in the foreground on 127.0.0.1 with a data folder of its own; Ctrl-C or SIGTERM ends it.

Run it by `scripts/label_studio`. It makes a first user with a random password and token, prints both with the address
once the server answers, sends no statistics anywhere, and closes sign-up. One server at a time may use a data folder.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, NoReturn

HOST = "127.0.0.1"
START_LIMIT = 600
SETTINGS = {
    "ENABLE_LEGACY_API_TOKEN": "true",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "FEATURE_FLAGS_OFFLINE": "true",
    "DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "CORS_ALLOW_ALL_ORIGINS": "false",
    "ALLOWED_HOSTS": f"{HOST},localhost",
}
KEPT = ("HOME", "LANG", "PATH", "TMPDIR")


def main() -> int:
    """Start the server, print where it is, wait until it is told to end."""
    parser = argparse.ArgumentParser(prog="label_studio", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".label-studio/data"), help="folder of database and users")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--json", action="store_true", help="print address, user and token as one line of JSON")
    args = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    folder: Path = args.data.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock, (folder / "server.log").open("ab") as log:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _end(f"a server is using {folder} already: end it, or give another --data")
        user = _first_user(folder / "first-user.json")
        port = _free(args.port)
        server = _start(folder, user, port, lock, log)
        try:
            _await(server, port, user["token"], folder)
            _print({"address": f"http://{HOST}:{port}", **user, "pid": server.pid}, args.json)
            status = server.wait()
            _end(f"the server ended by itself with status {status}: see {folder / 'server.log'}")
        except KeyboardInterrupt:
            return 0
        finally:
            _stop(server)


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _end(message: str) -> NoReturn:
    print(f"label_studio: {message}", file=sys.stderr)
    raise SystemExit(1)


def _first_user(path: Path) -> dict[str, str]:
    if not path.is_file():
        user = {"user": "first@example.com", "password": secrets.token_urlsafe(12), "token": secrets.token_hex(20)}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            json.dump(user, stream)
    found: dict[str, str] = json.loads(path.read_text())
    return found


def _free(port: int) -> int:
    """Return the port, or a free one for 0: the server itself would silently take the next where it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            _end(f"port {port} cannot be used ({error.strerror}): give another --port")
        return int(probe.getsockname()[1])


def _start(folder: Path, user: dict[str, str], port: int, lock: IO[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the server with none of the caller's settings; it holds the lock as long as it lives."""
    settings = SETTINGS | {
        "BASE_DATA_DIR": str(folder),
        "USERNAME": user["user"],
        "PASSWORD": user["password"],
        "USER_TOKEN": user["token"],
    }
    options = ("--no-browser", "--internal-host", HOST, "--port", str(port), "--log-level", "WARNING")
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("label-studio")), "start", *options],
        env={k: os.environ[k] for k in KEPT if k in os.environ}
        | {f"LABEL_STUDIO_{key}": value for key, value in settings.items()},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        pass_fds=(lock.fileno(),),
        start_new_session=True,
    )


def _await(server: subprocess.Popen[bytes], port: int, token: str, folder: Path) -> None:
    """Wait until the server answers to the first user's token: another server on the port would not."""
    request = urllib.request.Request(
        f"http://{HOST}:{port}/api/current-user/whoami", headers={"Authorization": f"Token {token}"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and server.poll() is None:
        try:
            opener.open(request, timeout=10).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    state = f"did not answer within {START_LIMIT} s" if server.poll() is None else "ended while starting"
    _end(f"the server {state}: see {folder / 'server.log'}")


def _print(found: dict[str, object], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found), flush=True)
        return
    for name in ("address", "user", "password", "token"):
        print(f"{name:9} {found[name]}")
    print("Ctrl-C ends the server.", flush=True)


def _stop(server: subprocess.Popen[bytes]) -> None:
    for send in (server.terminate, server.kill):
        if server.poll() is None:
            send()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                continue


if __name__ == "__main__":
    sys.exit(main())
