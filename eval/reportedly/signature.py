"""The signature of a result: what has to be equal for two figures to be comparable, and enough to run it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from . import __version__
from .errors import UsageError

CONVENTIONS = {
    "match": "exact,overlap=optimal",
    "duplicates": "once",
    "missing": "empty",
    "undefined": "null",
    "interval": "poisson-expanded-percentile-95",
}


@dataclass(frozen=True)
class Settings:
    """What the user chose: name of the data, layer (all where it is empty), resamples, seed."""

    data: str
    layer: str = ""
    resamples: int = 1_000
    seed: int = 13


@dataclass(frozen=True)
class Signature:
    """Settings, and what the run found: digest of gold, number of documents and units, kind of unit and of mentions.

    `stories` is the digest of gold's cross-document records where they were scored, else empty; `across` their number.
    """

    settings: Settings
    digest: str
    documents: int
    unit: str
    units: int
    mentions: str
    stories: str = ""
    across: int = 0

    def __str__(self) -> str:
        """Return the long form: everything as `key:value`, joined by bars."""
        s = self.settings
        parts: Mapping[str, object] = {
            "reportedly": __version__,
            "data": s.data,
            "layer": s.layer or "all",
            "docs": self.documents,
            "gold": self.digest[:12],
            "mentions": self.mentions,
            **CONVENTIONS,
            "resamples": s.resamples,
            "seed": s.seed,
            "unit": f"{self.unit}={self.units}",
            **({"stories": f"{self.stories[:12]}={self.across}"} if self.stories else {}),
        }
        return "|".join(f"{k}:{v}" for k, v in parts.items())

    @property
    def short(self) -> str:
        """Return the short form, for a caption of a table."""
        s = self.settings
        return f"reportedly:{__version__}|{s.data}|{s.layer or 'all'}|{self.digest[:12]}|r{s.resamples}s{s.seed}"


def parts_of(signature: str) -> dict[str, str]:
    """Return the parts of a long signature; raises `UsageError` for something else."""
    found = dict(p.partition(":")[::2] for p in signature.strip().split("|"))
    needed = {"reportedly", "data", "layer", "gold", "resamples", "seed"}
    if (
        not needed <= found.keys()
        or not re.fullmatch(r"\d+", found["resamples"])
        or not re.fullmatch(r"-?\d+", found["seed"])
    ):
        raise UsageError(f"{signature[:80]!r} is no signature: give the long one that `reportedly score` prints")
    return found


def settings_of(signature: str, settings: Settings) -> Settings:
    """Return settings with what a signature says of layer, resamples and seed.

    Raises:
        UsageError: the signature is of another version, of other data, or none.
    """
    found = parts_of(signature)
    if found["reportedly"] != __version__:
        raise UsageError(
            f"the signature is of version {found['reportedly']}, this is {__version__}: install that version"
        )
    if found["data"] != settings.data:
        raise UsageError(
            f"the signature is of the data {found['data']!r}, not {settings.data!r}: name that split or file"
        )
    layer = "" if found["layer"] == "all" else found["layer"]
    return replace(settings, layer=layer, resamples=int(found["resamples"]), seed=int(found["seed"]))
