"""The whole conversion: records to a format and back, with what was lost.

What is lost on the way out is measured: the records are compared with those that the format's own reader makes of what
was written. Writers say why; what they do not explain has no place in the format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ..checks.base import View
from ..corpus import read_record, write_atomically
from ..errors import DataError, UsageError
from ..predictions import check_prediction, read_records
from ..records import Document, Record
from ..stories import Story, read_story
from ..text import read_text, text_sha256
from . import FORMATS, Format
from .base import UNTYPED, Content, File, Lost, Options, Outputs, Texted, add, file_name, read_file

RECORDS = "records"
NO_PLACE = "no place in this format, or on an item that is left out"
_LAYERS = (
    "regions", "sentences", "tokens", "entities", "mentions", "events", "event_links", "attributions", "factuality", "claims",
)  # fmt: skip
_SAME = ("surface", "cue_surface", "id", "doc", "text_sha256")


class Outcome(NamedTuple):
    """What a conversion did: files by path, documents, what is lost, how many tags were repaired."""

    source: str
    target: str
    documents: int
    files: dict[Path, bytes]
    lost: Lost
    repairs: int

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as plain values."""
        lost = [{"what": what, "why": why, "count": n} for (what, why), n in sorted(self.lost.items())]
        return {
            "from": self.source, "to": self.target, "documents": self.documents, "repairs": self.repairs,
            "files": [str(p) for p in self.files], "lost": lost,
        }  # fmt: skip

    def lines(self) -> list[str]:
        """Return the outcome as lines for people, one for each reason."""
        found = [f"{self.documents} documents from {self.source} to {self.target}: {len(self.files)} files"]
        if self.repairs:
            found.append(f"repaired: {self.repairs:,} tags")
        reasons: dict[str, list[str]] = {}
        for (what, why), n in sorted(self.lost.items()):
            reasons.setdefault(why, []).append(f"{n:,} {what}")
        found += [f"lost: {', '.join(items)}: {why}" for why, items in sorted(reasons.items())]
        return found if self.lost else [*found, "nothing is lost"]


def convert(path: Path, source: str, target: str, out: Path, options: Options) -> Outcome:
    """Convert a file or folder and return what to write; exactly one side is `records`.

    Raises:
        UsageError: a format is unknown, neither or both sides are `records`, or there is no such input.
        DataError: the input is malformed, or cannot be written in the other format at all.
    """
    for name in (source, target):
        if name not in (RECORDS, *FORMATS):
            raise UsageError(f"{name!r} is no format: choose one of {' '.join((RECORDS, *FORMATS))}")
    if (source == RECORDS) == (target == RECORDS):
        raise UsageError(f"convert: one of --from and --to is {RECORDS}: go through records from format to format")
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder: name one to convert")
    lost: Lost = Counter()
    if target == RECORDS:
        content = read_format(load(path, FORMATS[source], options), FORMATS[source], options, lost)
        written = _records(content, out, options)
    else:
        content = _read_records(path, options)
        outputs = write_format(content, FORMATS[target], options, lost)
        written = _place(outputs, FORMATS[target], out)
    return Outcome(source, target, len(content.documents), written, lost, content.repairs)


def write(outcome: Outcome) -> None:
    """Write the files; raises `DataError` before the first one where another text lies at the place of a text."""
    if outcome.target == RECORDS:
        for path, data in outcome.files.items():
            if path.suffix == ".txt" and path.is_file() and path.read_bytes() != data:
                raise DataError(f"{path}: is there already and is another text: write to a folder of its own")
    for path, data in outcome.files.items():
        write_atomically(path, data)


def load(path: Path, form: Format, options: Options) -> list[File]:
    """Return the files to read: one, or all of a folder and below with the suffix of the format, by name."""
    paths = sorted(path.rglob(f"*{form.suffix}")) if path.is_dir() else [path]
    if not paths:
        raise UsageError(f"{path}: holds no {form.suffix} file: name a folder or file of {form.name}")
    root = path if path.is_dir() else path.parent
    found = []
    for p in paths:
        doc = p.relative_to(root).with_suffix("").as_posix()
        text = _text_of(p, doc, options) if form.texts else None
        found.append(File(str(p), doc, read_file(p), text))
    return found


def _text_of(path: Path, doc: str, options: Options) -> str | None:
    """Return the text of an annotation file: beside it, or in the folder of texts; also without `_ANNOTATOR`."""
    folders = [options.texts] if options.texts else [path.parent, path.parent.parent / "text"]
    names = dict.fromkeys((doc, path.stem, path.stem.rpartition("_")[0]))
    places = [folder / f"{name}.txt" for name in names if name for folder in folders]
    return next((read_text(place) for place in places if place.is_file()), None)


def read_format(files: list[File], form: Format, options: Options, lost: Lost) -> Content:
    """Return what files of a format hold; raises `DataError`, also for a document that stands there twice."""
    content = form.read(files, options, lost)
    names = Counter(d.record.doc for d in content.documents)
    for name, n in names.items():
        if n > 1:
            raise DataError(f"{files[0].path}: document {name!r} stands there {n} times: give each a name of its own")
    for record, _ in content.documents:
        check_prediction(record, record, f"{files[0].path}: {record.doc}")
    return content._replace(documents=_settled(content.documents, form))


def _settled(documents: tuple[Texted, ...], form: Format) -> tuple[Texted, ...]:
    """Return the documents with a layer empty where others have it, and not attempted where none does."""
    held = [layer for layer in form.layers if any(getattr(d.record, layer) for d in documents)]
    values = {layer: () if layer in (held or form.layers) else None for layer in form.layers}
    replace = msgspec.structs.replace
    return tuple(
        d._replace(record=replace(d.record, **{k: getattr(d.record, k) or v for k, v in values.items()}))
        for d in documents
    )


def write_format(content: Content, form: Format, options: Options, lost: Lost) -> Outputs:
    """Return the files of a format, and add to `lost` what they do not hold."""
    if not content.documents:
        raise DataError("there is no record to convert: give at least one")
    explained: Lost = Counter()
    outputs = form.write(content, options, explained)
    back = read_format(reread(outputs, form), form, options._replace(scheme=options.scheme or "iob2"), Counter())
    add(lost, explained)
    add(lost, measure(content, back, explained))
    return outputs


def reread(outputs: Outputs, form: Format) -> list[File]:
    """Return what was written as files to read."""
    names = [n for n in outputs if not form.folder or n.endswith(form.suffix)]
    bare = {n: n.removesuffix(form.suffix) for n in names}
    return [File(n or "OUT", bare[n] or "OUT", outputs[n], outputs.get(f"{bare[n]}.txt")) for n in names]


def measure(before: Content, after: Content, explained: Lost) -> Lost:
    """Return how many values of each field are missing afterwards, without those that are explained.

    Of a layer that is missing altogether only the items are counted, not their fields; the type of a missing item goes
    with the item.
    """
    there = inventory(after)
    missing = inventory(before) - there
    missing -= Counter({f"{layer}.type": missing[layer] for layer in _LAYERS})
    said = Counter[str]()
    for (what, _), n in explained.items():
        said[what] += n
    gone = {layer for layer in _LAYERS if missing[layer] and not there[layer]}
    rest = {what: n for what, n in (missing - said).items() if what in _LAYERS or what.split(".")[0] not in gone}
    return Counter({(what, NO_PLACE): n for what, n in rest.items()})


def inventory(content: Content) -> Counter[str]:
    """Return how many items each layer has, and how many values each optional field of them.

    Ids, surfaces and hashes are no values of their own; a type is one where it is not `_`.
    """
    counts: Counter[str] = Counter()
    for record, _ in content.documents:
        counts["guidelines"] += record.guidelines is not None
        counts["verified_by_human"] += record.verified_by_human is not None
        for layer in _LAYERS:
            items = getattr(record, layer) or ()
            counts[layer] += len(items)
            if layer != "tokens":
                _count_fields(counts, layer, items)
    if content.story is not None:
        for name in (f.name for f in msgspec.structs.fields(Story) if f.name != "story"):
            counts[f"story.{name}"] += sum(len(getattr(i, "members", ())) or 1 for i in getattr(content.story, name))
    return counts


@cache
def _optional(kind: type[Record]) -> tuple[str, ...]:
    """Return the names of the fields that may be left out and are values of their own."""
    return tuple(f.name for f in msgspec.structs.fields(kind) if not f.required and f.name not in _SAME)


def _count_fields(counts: Counter[str], layer: str, items: Iterable[Any]) -> None:
    for item in items:
        counts[f"{layer}.type"] += getattr(item, "type", UNTYPED) != UNTYPED
        for name in _optional(item.__class__):
            value = getattr(item, name)
            if value is not None and value != "" and value != ():
                counts[f"{layer}.{name}"] += len(value) if name in ("arguments", "chain") else 1


def _read_records(path: Path, options: Options) -> Content:
    """Return the records of a file, of one .json file or of a folder of them, with their texts."""
    if path.is_dir() or path.suffix == ".json":
        paths = sorted(path.glob("*.json")) if path.is_dir() else [path]
        records = {r.doc: r for r in (_checked(p) for p in paths)}
    else:
        records = read_records(path)
    folder = options.texts or (path if path.is_dir() else path.parent)
    documents = tuple(Texted(r, _text(r, folder)) for r in records.values())
    return Content(documents, None if options.story is None else _story(options.story))


def _checked(path: Path) -> Document:
    record = read_record(path)
    check_prediction(record, record, str(path))
    return record


def _text(record: Document, folder: Path) -> str:
    path = folder / file_name(record.doc, ".txt")
    if not path.is_file():
        raise UsageError(f"{path}: the text of {record.doc!r} is missing: name its folder by --texts")
    text = read_text(path)
    if record.text_sha256 not in (None, text_sha256(text)):
        raise DataError(f"{path}: is not the text of {record.doc!r}: the hashes differ; name the right one by --texts")
    heads = [(f"mentions[{m.id}].head", m.head) for m in record.mentions or () if m.head]
    for where, (start, end) in (*View(record, None).spans, *heads):
        if not start < end <= len(text):
            raise DataError(
                f"{record.doc}: {where}: {start}-{end} is no span of {path} ({len(text)} characters): mend it"
            )
    return text


def _story(path: Path) -> Story:
    try:
        return read_story(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}): name a cross-document record") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}: see annotations/README.md for its shape") from None


def _records(content: Content, out: Path, options: Options) -> dict[Path, bytes]:
    """Return the files of records: JSON Lines, a text for each document, and the cross-document record."""
    files = {out: b"".join(msgspec.json.encode(r) + b"\n" for r, _ in content.documents)}
    for record, text in content.documents:
        files[out.parent / file_name(record.doc, ".txt")] = text.encode()
    if content.story is not None:
        files[options.story or out.with_suffix(".story.json")] = msgspec.json.format(
            msgspec.json.encode(content.story), indent=1
        )
    return files


def _place(outputs: Outputs, form: Format, out: Path) -> dict[Path, bytes]:
    if form.folder and out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file: {form.name} is written to a folder")
    if not form.folder and out.is_dir():
        raise UsageError(f"{out}: is a folder: {form.name} is written to one file")
    return {(out / name if form.folder else out): body.encode() for name, body in outputs.items()}
