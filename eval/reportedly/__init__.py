"""Reportedly: who reports what, on whose word? A corpus of conflict news and its scoring harness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__version__ = "0.1.0"
GUIDELINES = "1.1"
"""The version of the guidelines that annotation follows where nothing else is said."""


def load(config: str = "documents", split: str = "train", *, root: Path | None = None) -> list[dict[str, Any]]:
    """Return the rows of a config and split as dictionaries; see `reportedly.dataset.load`."""
    from .dataset import load

    return load(config, split, root=root)
