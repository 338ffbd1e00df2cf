"""One peer on generated files, in the environment of the peers: prints CPU seconds of reading and of scoring as JSON.

python peer.py NAME FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def read_tags(folder: Path) -> tuple[list[list[str]], list[list[str]]]:
    """Return the tags of gold and system by sentence."""
    gold: list[list[str]] = [[]]
    system: list[list[str]] = [[]]
    with (folder / "tags.bio").open() as stream:
        for line in stream:
            if line == "\n":
                gold.append([])
                system.append([])
            else:
                _, g, s = line.split()
                gold[-1].append(g)
                system[-1].append(s)
    return gold[:-1], system[:-1]


def seqeval(sides: Any) -> float:
    """Return the default micro F1."""
    from seqeval.metrics import f1_score

    return float(f1_score(*sides))


def read_spans(folder: Path) -> Any:
    """Return the spans of each document as nervaluate takes them: inclusive ends."""
    sides: tuple[list[Any], list[Any]] = ([], [])
    for side, name in zip(sides, ("gold", "system"), strict=True):
        with (folder / f"{name}.jsonl").open() as stream:
            for line in stream:
                mentions = json.loads(line)["mentions"]
                side.append([{"label": m["type"], "start": m["start"], "end": m["end"] - 1} for m in mentions])
    return *sides, sorted({m["label"] for doc in sides[0] for m in doc})


def nervaluate(data: Any) -> float:
    """Return F1 of the scheme strict; the other three are computed with it."""
    from nervaluate import Evaluator

    return float(Evaluator(data[0], data[1], tags=data[2], loader="dict").evaluate()["overall"]["strict"].f1)


def read_clusters(folder: Path) -> Any:
    """Return the clusters of each document as sets."""
    sides: tuple[list[Any], list[Any]] = ([], [])
    for side, name in zip(sides, ("key", "response"), strict=True):
        with (folder / f"{name}.clusters").open() as stream:
            side += [[set(c) for c in json.loads(line)["clusters"].values()] for line in stream]
    return sides


def scorch(sides: Any) -> float:
    """Return the mean F1 of MUC; B3, CEAFm, CEAFe and BLANC are computed with it."""
    from scorch import scores

    found = [
        [f(key, response)[2] for f in (scores.muc, scores.b_cubed, scores.ceaf_m, scores.ceaf_e, scores.blanc)]
        for key, response in zip(*sides, strict=True)
    ]
    return sum(f[0] for f in found) / len(found)


PEERS: dict[str, tuple[Callable[[Path], Any], Callable[[Any], float]]] = {
    "seqeval": (read_tags, seqeval),
    "nervaluate": (read_spans, nervaluate),
    "scorch": (read_clusters, scorch),
}


def main() -> None:
    read, score = PEERS[sys.argv[1]]
    __import__(f"{sys.argv[1]}.metrics" if sys.argv[1] == "seqeval" else sys.argv[1])
    start = time.process_time()
    data = read(Path(sys.argv[2]))
    between = time.process_time()
    value = score(data)
    print(json.dumps({"read": between - start, "score": time.process_time() - between, "value": value}))


if __name__ == "__main__":
    main()
