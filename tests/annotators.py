"""Two simulated annotators: the Orlen record damaged in known ways, the second under ids of its own."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from labelling import orlen, record
from reportedly.corpus import Corpus, encode
from reportedly.records import Argument, Document

replace = msgspec.structs.replace


def anna(gold: Document) -> Document:
    """Drop m5, call m17 a name, let m11 end early; v7 probable, a1 endorsed by the author."""
    shorter = len(" near Orlen")
    mentions = [m for m in gold.mentions or () if m.id != "m5"]
    mentions = [replace(m, level="NAM") if m.id == "m17" else m for m in mentions]
    mentions = [replace(m, end=m.end - shorter) if m.id == "m11" else m for m in mentions]
    return replace(
        gold,
        mentions=tuple(mentions),
        attributions=tuple(
            replace(a, author_stance="endorsing") if a.id == "a1" else a for a in gold.attributions or ()
        ),
        factuality=tuple(replace(f, certainty="probable") if f.event == "v7" else f for f in gold.factuality or ()),
    )


def ben(gold: Document) -> Document:
    """Call m18 another organisation, v7 an advance with a time, drop a4 with all that hangs on it and c6; other ids."""
    mentions = tuple(replace(m, type="ORG.Other") if m.id == "m18" else m for m in gold.mentions or ())
    time = (Argument(role="Time", target="m8"),)
    return other_ids(
        replace(
            gold,
            mentions=mentions,
            events=tuple(
                replace(v, type="Force.Advance", degree="full", arguments=(*v.arguments, *time)) if v.id == "v7" else v
                for v in gold.events or ()
            ),
            attributions=tuple(a for a in gold.attributions or () if a.id != "a4"),
            factuality=tuple(f for f in gold.factuality or () if f.source != "a4"),
            claims=tuple(c for c in gold.claims or () if c.source != "a4" and c.id != "c6"),
        )
    )


def other_ids(found: Document) -> Document:
    """Return a record with every id changed, so that none of them means the same as before: 7 becomes 100 - 7."""
    data = msgspec.json.encode(found).decode()
    renumbered = re.sub(r'"([emvacE])(\d{1,2})"', lambda m: f'"{m[1]}{100 - int(m[2])}"', data)
    return msgspec.json.decode(renumbered, type=Document)


def annotated(root: Path) -> Corpus:
    """Return the Orlen corpus with the passes of both."""
    corpus, gold = orlen(root), record()
    for name, made in (("anna", anna(gold)), ("ben", ben(gold))):
        path = corpus.pass_path(name, gold.doc)
        path.parent.mkdir(parents=True)
        path.write_bytes(encode(made))
    return corpus
