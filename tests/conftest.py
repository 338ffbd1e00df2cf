"""A small corpus of made-up text, and helpers to write records by quoting."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from reportedly import GUIDELINES
from reportedly.labels import data_root
from reportedly.layout import make_layout
from reportedly.quoting import read_quotes
from reportedly.records import Document

os.environ.setdefault("HF_HUB_OFFLINE", "1")

TEXT = """Shield fighters leave two Orlen villages, monitor says

KESSAR, 9 May — Fighters of the Northern Shield left two villages near Orlen on Friday, the Orlen Monitor said.
"They are gone. Nobody was hurt," a resident told the Kessar Post.
The army denied that it had shelled the villages. It may send troops.
"""
PARTS = ["headline=1", "dateline=3@KESSAR, 9 May", "body=3-"]

QUOTES = """
E | e1 | ORG.ArmedGroup | Northern Shield
E | e2 | PER.Group | fighters
E | e3 | GPE.City | two villages
E | e4 | GPE.City | Orlen
E | e5 | ORG.Monitor | Orlen Monitor
E | e6 | PER.Individual | a resident
E | e7 | ORG.Media | Kessar Post
E | e8 | ORG.StateForces | the army
E | e9 | PER.Group | troops
E | e10 | GPE.City | Kessar
M | m1 | 1:Shield fighters | fighters | e2 | NOM
M | m2 | 1:Shield | = | e1 | NAM
M | m3 | 1:two Orlen villages | villages | e3 | NOM
M | m4 | 1:two | = | NUM.Count | - | 2
M | m5 | 1:Orlen | = | e4 | NAM
M | m6 | 1:monitor | = | e5 | NOM
M | m7 | 2:KESSAR | = | e10 | NAM
M | m8 | 2:9 May | = | TIME.Date | - | 2031-05-09
M | m9 | 3:Fighters of the Northern Shield | Fighters | e2 | NOM
M | m10 | 3:the Northern Shield | Northern Shield | e1 | NAM
M | m11 | 3:two villages near Orlen | villages | e3 | NOM
M | m12 | 3:two | = | NUM.Count | - | 2
M | m13 | 3#1:Orlen | = | e4 | NAM
M | m14 | 3:Friday | = | TIME.Date | - | 2031-05-09
M | m15 | 3:the Orlen Monitor | Orlen Monitor | e5 | NAM
M | m16 | 4:They | = | e2 | PRO
M | m17 | 5:a resident | resident | e6 | NOM
M | m18 | 5:the Kessar Post | Kessar Post | e7 | NAM
M | m19 | 6:The army | army | e8 | NOM
M | m20 | 6:it | = | e8 | PRO
M | m21 | 6:the villages | villages | e3 | NOM
M | m22 | 7:It | = | e8 | PRO
M | m23 | 7:troops | = | e9 | NOM
V | v1 | 1:leave | Force.Withdraw | E1 | specific past + full | Force=m1 Origin=m3
V | v2 | 3:left | Force.Withdraw | E1 | specific past + full | Force=m9 Origin=m11 Time=m14
V | v3 | 4:gone | Force.Withdraw | E1 | specific past + full | Force=m16
V | v4 | 5:hurt | Casualty.Injure | E2 | specific past - - | -
V | v5 | 6:denied | Politics.AccuseDeny | E3 | specific past + - | Speaker=m19 Act=v6 | deny
V | v6 | 6:shelled | Conflict.Shelling | E4 | specific past + - | Attacker=m20 Target=m21
V | v7 | 7:send | Force.Deploy | E5 | specific future + unmarked | Force=m23
L | E4 | subevent | E2
A | a1 | source=1:monitor | cue=1:says | content=1:Shield fighters leave two Orlen villages | entity=e5 | relation=indirect content_form=clause cue_type=assertion source_kind=institution source_role=monitor basis_type=unstated author_stance=neutral status=happened | parent=- | chain=e5 > OUTLET
A | a2 | source=3:the Orlen Monitor | cue=3:said | content=3:Fighters of [...] on Friday | entity=e5 | relation=indirect content_form=clause cue_type=assertion source_kind=institution source_role=monitor basis_type=unstated author_stance=neutral status=happened | chain=e5 > OUTLET
A | a3 | source=5:a resident | cue=5:told | content=4-5:"They are [...] hurt," | recipient=5:the Kessar Post | entity=e6 | relation=direct content_form=clause cue_type=assertion source_kind=person-anonymous source_role=resident basis_type=unstated author_stance=neutral status=happened | chain=e6 > e7 > OUTLET
A | a4 | source=6:The army | cue=6:denied | content=6:it had shelled the villages | entity=e8 | relation=indirect content_form=clause cue_type=assertion source_kind=institution source_role=armed-state basis_type=unstated author_stance=neutral status=happened | chain=e8 > OUTLET
F | v1 | AUTHOR Uu @a1 | a1 CT+
F | v2 | AUTHOR Uu @a2 | a2 CT+
F | v3 | AUTHOR Uu @a3 | a3 CT+
F | v4 | AUTHOR Uu @a3 | a3 CT- 5:Nobody
F | v5 | AUTHOR CT+
F | v6 | AUTHOR Uu @a4 | a4 CT- @a4
F | v7 | AUTHOR PS+ 7:may
C | c1 | a1 | v1
C | c2 | a2 | v2
C | c3 | a3 | v3
C | c4 | a3 | v4
C | c5 | a4 | v6
C | c6 | AUTHOR | v7
"""


def annotate(text: str = TEXT, quotes: str = QUOTES, parts: list[str] | None = None, doc: str = "orlen-01") -> Document:
    """Return a record from a text, quotes and parts."""
    layout = make_layout(doc, text, PARTS if parts is None else parts)
    record = read_quotes(quotes, doc=doc, text=text, sentences=layout.sentences or ())
    return msgspec.structs.replace(
        record,
        text_sha256=layout.text_sha256,
        guidelines=GUIDELINES,
        regions=layout.regions,
        sentences=layout.sentences,
        tokens=layout.tokens,
    )


@pytest.fixture(scope="session")
def record() -> Document:
    return annotate()


@pytest.fixture(scope="session")
def text() -> str:
    return TEXT


@pytest.fixture(scope="session")
def root() -> Path:
    return data_root()
