"""Processes on one core, and what they cost: CPU seconds, wall seconds, peak memory.

Python keeps compiled modules in a folder of its own, whatever the environment says: to compile NumPy and SciPy anew
costs half a second to a second in every run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
OURS = (sys.executable, "-m", "reportedly.cli")
_COMPILED = str(Path(tempfile.gettempdir()) / "reportedly-compiled")
_ONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Cost(NamedTuple):
    """What one process and its children took; memory in MB is that of the largest of them."""

    cpu: float
    wall: float
    memory: float
    output: str


def run(command: Sequence[str | Path], cores: Sequence[int] = (0,)) -> Cost:
    """Return the cost of a command bound to some cores; raises `CalledProcessError` where it fails."""
    environment = os.environ | _ONE | {"PYTHONPATH": str(ROOT / "eval"), "PYTHONPYCACHEPREFIX": _COMPILED}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(c) for c in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    assert process.stdout is not None and process.stderr is not None
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args, output, errors)
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, output)


def score(folder: Path, layer: str = "", *options: str, cores: Sequence[int] = (0,)) -> Cost:
    """Return the cost of `reportedly score` on generated files, with 1,000 resamples unless said otherwise."""
    chosen = ("--layer", layer) if layer else ()
    return run(
        (*OURS, "score", folder / "system.jsonl", "--gold", folder / "gold.jsonl", "--json", *chosen, *options),
        cores,
    )
