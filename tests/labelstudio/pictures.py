"""Makes the pictures of `guidelines/annotating.md` from a real Label Studio; run by `scripts/pictures`.

The document is the made-up one of the tests, annotated in every layer, and for adjudication damaged by two annotators.
Fails where a screen would have to be scrolled sideways.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from local import ROOT, Local
from PIL import Image

from annotators import annotated
from labelling import record
from reportedly.adjudicate import server as adjudication
from reportedly.corpus import Corpus, encode
from reportedly.labelstudio.client import Server
from reportedly.labelstudio.config import instructions, make
from reportedly.labelstudio.parts import ADJUDICATION
from reportedly.labelstudio.sources import make_tasks
from reportedly.labelstudio.sync import Plan, push, title_of

FOLDER = ROOT / "guidelines" / "pictures"
COLOURS = 64
DOC = "orlen-01"


class Screen(NamedTuple):
    """What a picture shows: the selected words, the n-th place of them, and how high it is in pixels."""

    words: str
    occurrence: int
    height: int


SCREENS = {
    "entities": Screen("the Northern", 1, 900),
    "events": Screen("left", 1, 1020),
    "coreference": Screen("They", 1, 980),
    "attribution": Screen("said", 1, 960),
    "factuality": Screen("shelled", 1, 960),
    "claims": Screen("shelled", 1, 880),
    ADJUDICATION: Screen("a resident", 1, 1060),
}


def main() -> int:
    """Make all pictures, or those of the layers named; return 1 where one is wider than the screen."""
    wanted = sys.argv[1:] or list(SCREENS)
    with tempfile.TemporaryDirectory() as folder:
        corpus, local = annotated(Path(folder)), Local(Path(folder) / "server")
        corpus.gold_path(DOC).parent.mkdir(parents=True)
        corpus.gold_path(DOC).write_bytes(encode(record()))
        local.start()
        try:
            hidden = _take(local, {layer: _push(local, corpus, layer) for layer in wanted}, Path(folder))
        finally:
            local.stop()
    for layer, pixels in hidden.items():
        if pixels:
            print(f"{layer}: {pixels} pixels are beside the screen", file=sys.stderr)
    return int(any(hidden.values()))


def _push(local: Local, corpus: Corpus, layer: str) -> int:
    with Server(local.address, local.token) as server:
        if layer == ADJUDICATION:
            return adjudication.start(server, corpus, [DOC], ("anna", "ben"), None)[1].project
        tasks = make_tasks(corpus, layer).tasks
        return push(server, Plan(title_of(layer), make(layer), tasks, 2, instructions(layer))).project


def _take(local: Local, projects: dict[str, int], folder: Path) -> dict[str, int]:
    """Keep a picture of each project; return how many pixels are beside the screen."""
    steps: list[list[object]] = []
    for layer, project in projects.items():
        words, occurrence, height = SCREENS[layer]
        steps += [["work_on", project], ["stream"], ["select", words, occurrence]]
        around = words if layer == ADJUDICATION else None
        steps.append(["picture", str(folder / f"{layer}.png"), height, around])
    seen = local.person(folder / "failed.png", steps)
    for layer in projects:
        path = FOLDER / f"{layer}.png"
        with Image.open(folder / f"{layer}.png") as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
    return dict(zip(projects, seen[3::4], strict=True))


if __name__ == "__main__":
    sys.exit(main())
