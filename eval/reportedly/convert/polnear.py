"""PolNeAR attributions (Newell et al. 2018): stand-off of `Source`, `Cue` and `Content`, tied by an `Attribution`.

The event `Attribution` (`Attribution-no-source` where nobody is named) has a trigger on the cue, else on the content.
The text of `DOC_4b22.ann` (annotator 4b22) is DOC.txt. In PolNeAR itself a token belongs to one attribution only;
nested ones are written as they are.
"""

from __future__ import annotations

from ..errors import DataError
from ..records import Attribution, Document, Span
from ..text import text_sha256
from .base import Content, File, Lost, Options, Outputs, Texted, file_name
from .brat import FRAME, NO_SOURCE
from .standoff import Standoff, Writer

_FIELDS = {"Source": "source", "Cue": "cue", "Content": "content"}


def read(files: list[File], options: Options, lost: Lost) -> Content:
    """Return the documents of .ann files with their texts; raises `DataError` naming file, line and value."""
    return Content(tuple(_document(file, lost) for file in files))


def _document(file: File, lost: Lost) -> Texted:
    lines = Standoff(file, lost)
    used = lines.triggers
    found: list[Attribution] = []
    for frame in lines.frames.values():
        if frame.type not in (FRAME, NO_SOURCE):
            raise DataError(f"{frame.place}: {frame.type!r} is no event of PolNeAR: read the file --from brat")
        spans: dict[str, list[Span]] = {}
        for role, target in frame.arguments:
            if role not in _FIELDS or target not in lines.bounds:
                raise DataError(f"{frame.place}: {role}:{target} is none of {', '.join(_FIELDS)}: read it --from brat")
            spans.setdefault(_FIELDS[role], []).extend(lines.bounds[target].spans)
            used.add(target)
        source, cue, content = (tuple(sorted(set(spans.get(name, ())))) for name in _FIELDS.values())
        found.append(Attribution(id=f"a{len(found) + 1}", source=source, cue=cue, content=content))
    spare = len(lines.bounds) - len(used)
    for what, n in (("spans", spare), ("relations", len(lines.edges)), ("attributes", len(lines.marks))):
        if n:
            lost[what, "belongs to no attribution"] += n
    if lines.notes or lines.equal:
        lost["notes", "belongs to no attribution"] += len(lines.notes) + len(lines.equal)
    record = Document(doc=file.doc, text_sha256=text_sha256(lines.text), attributions=tuple(found))
    return Texted(record, lines.text)


def write(content: Content, options: Options, lost: Lost) -> Outputs:
    """Return an .ann and a .txt file for each document."""
    found: Outputs = {}
    for record, text in content.documents:
        lines = Writer(text)
        for a in record.attributions or ():
            fields = [(role, getattr(a, name)) for role, name in _FIELDS.items() if getattr(a, name)]
            if not fields:
                lost["attributions", "has neither source nor cue nor content"] += 1
                continue
            filled = [(role, lines.bound(role, spans)) for role, spans in fields]
            kind = FRAME if a.source else NO_SOURCE
            lines.frame(kind, lines.bound(kind, a.cue or a.content or a.source), filled)
        found[file_name(record.doc, ".ann")] = lines.body
        found[file_name(record.doc, ".txt")] = text
    return found
