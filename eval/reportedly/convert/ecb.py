"""ECB+ XML (Cybulska and Vossen 2014): DOC.xml with tokens, markables and relations; clusters across documents.

A markable with tokens is a mention, or an event where its tag begins with `ACTION_` (polarity `+`) or `NEG_ACTION_`
(polarity `-`); the rest of the tag is the type. A markable without tokens stands for an entity or event of the
document: mentions are tied to it by `INTRA_DOC_COREF`, or by `CROSS_DOC_COREF` whose `note` is the same in all
documents of a story. Those become groups of a cross-document record (`reportedly.stories`), read and written by
`--story`. A markable on tokens that are not consecutive is read as the longest run of them.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal
from xml.parsers import expat
from xml.sax.saxutils import escape as xml
from xml.sax.saxutils import quoteattr

import msgspec

from ..errors import DataError
from ..records import Entity, Event, Mention
from ..stories import Group, Member, Story
from .base import UNTYPED, Content, File, Lost, Options, Outputs, Texted, file_name, numbered
from .words import OFF_TOKENS, Words, characters, document_of, run

ACTIONS: dict[str, Literal["+", "-"]] = {"ACTION_": "+", "NEG_ACTION_": "-"}
CROSS, INTRA = "CROSS_DOC_COREF", "INTRA_DOC_COREF"
_UNKNOWN = "UNKNOWN_INSTANCE_TAG"
_NAME = re.compile(r"[A-Za-z_][\w.\-]*")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEPT_LAYERS = ("entities", "events")


class _Element:
    """An element of the file, with the line that it begins in."""

    def __init__(self, tag: str, attributes: dict[str, str], place: str):
        self.tag = tag
        self.attributes = attributes
        self.place = place
        self.children: list[_Element] = []
        self.text = ""

    def __getitem__(self, name: str) -> str:
        """Return an attribute; raises `DataError` where it is missing."""
        if name not in self.attributes:
            raise DataError(f"{self.place}: <{self.tag}> has no {name}: give it one")
        return self.attributes[name]

    def all(self, tag: str) -> list[_Element]:
        """Return the children with a tag."""
        return [c for c in self.children if c.tag == tag]


def _parse(file: File) -> _Element:
    """Return the root of a file; raises `DataError` for what is no XML, and for document types, which it needs none of."""
    parser = expat.ParserCreate()
    top = _Element("", {}, file.path)
    open_ = [top]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(open_) > 20:
            raise DataError(f"{file.path}:{parser.CurrentLineNumber}: <{tag}> is nested too deeply: is this ECB+?")
        element = _Element(tag, attributes, f"{file.path}:{parser.CurrentLineNumber}")
        open_[-1].children.append(element)
        open_.append(element)

    def text(data: str) -> None:
        open_[-1].text += data

    def doctype(*_: object) -> None:
        raise DataError(f"{file.path}:{parser.CurrentLineNumber}: has a document type: take <!DOCTYPE ...> out")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_.pop() and None
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    parser.buffer_text = True
    try:
        parser.Parse(re.sub(r"^\s*<\?xml[^>]*\?>", "", file.body).encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise DataError(f"{file.path}:{error.lineno}: is no XML ({expat.ErrorString(error.code)}): mend it") from None
    return top.children[0]


def read(files: list[File], options: Options, lost: Lost) -> Content:
    """Return documents and their clusters across documents; raises `DataError` naming file, line and value."""
    groups: dict[str, dict[str, Group]] = {layer: {} for layer in _KEPT_LAYERS}
    found = [_Reader(file, groups, lost).document() for file in files]
    name = options.story.stem if options.story else "ecb"
    story = Story(story=name, **{layer: tuple(groups[layer].values()) for layer in _KEPT_LAYERS})  # type: ignore[arg-type]
    return Content(tuple(found), story if any(groups.values()) else None)


class _Reader:
    """Turns one file into a record, and adds its clusters to the groups of the story."""

    def __init__(self, file: File, groups: dict[str, dict[str, Group]], lost: Lost):
        self.root = _parse(file)
        self.doc = self.root.attributes.get("doc_name", "").removesuffix(".xml") or file.doc
        self.groups = groups
        self.lost = lost
        self.order: dict[str, int] = {}
        self.base = self._tokens()
        markables = [m for part in self.root.all("Markables") for m in part.children]
        self.marked = {m["m_id"]: m for m in markables}
        if len(self.marked) < len(markables):
            twice = Counter(m["m_id"] for m in markables).most_common(1)[0][0]
            raise DataError(f"{self.marked[twice].place}: m_id {twice!r} stands twice: give each markable its own")

    def _tokens(self) -> Texted:
        sentences: dict[str, list[str]] = {}
        for token in self.root.all("token"):
            if token["t_id"] in self.order:
                raise DataError(f"{token.place}: t_id {token['t_id']!r} stands twice: give each token its own")
            if token["sentence"] in sentences and token["sentence"] != next(reversed(sentences)):
                raise DataError(f"{token.place}: sentence {token['sentence']!r} goes on after another: sort the tokens")
            self.order[token["t_id"]] = len(self.order)
            sentences.setdefault(token["sentence"], []).append(token.text)
        return document_of(self.doc, list(sentences.values()), self.root.place)

    def document(self) -> Texted:
        """Return the record and its text."""
        of = self._clusters()
        anchored = {k: m for k, m in self.marked.items() if m.all("token_anchor")}
        mentions: list[Mention] = []
        events: list[Event] = []
        for key, m in anchored.items():
            start, end = self._span(m)
            prefix = _action(m.tag)
            if prefix:
                kind, name = m.tag.removeprefix(prefix) or UNTYPED, f"v{len(events) + 1}"
                polarity = ACTIONS[prefix]
                events.append(Event(id=name, start=start, end=end, type=kind, event=of.get(key), polarity=polarity))
            else:
                mentions.append(
                    Mention(id=f"m{len(mentions) + 1}", start=start, end=end, type=m.tag, entity=of.get(key))
                )
        entities = tuple(self._entities())
        record = msgspec.structs.replace(
            self.base.record, entities=entities, mentions=tuple(mentions), events=tuple(events)
        )
        return self.base._replace(record=record)

    def _span(self, markable: _Element) -> tuple[int, int]:
        anchors = markable.all("token_anchor")
        unknown = next((a for a in anchors if a["t_id"] not in self.order), None)
        if unknown is not None:
            raise DataError(f"{unknown.place}: there is no token {unknown['t_id']!r}: name a t_id of this file")
        numbers = [self.order[a["t_id"]] for a in anchors]
        first, last = run(numbers)
        if last - first < len(set(numbers)):
            what = "events" if _action(markable.tag) else "mentions"
            self.lost[what, "stands on tokens that are not consecutive: the longest run is kept"] += 1
        return characters(self.base.record.tokens or (), first, last)

    def _clusters(self) -> dict[str, str]:
        """Return the entity or event of each mention, and put clusters with a note into the story."""
        of: dict[str, str] = {}
        names = {"entities": numbered("e"), "events": numbered("E")}
        self.targets: dict[str, tuple[_Element, _Element | None]] = {}
        for relation in (r for part in self.root.all("Relations") for r in part.children):
            if relation.tag not in (CROSS, INTRA):
                self.lost["relations", "is no coreference"] += 1
                continue
            members, target = self._members(relation)
            layer = _layer(members[0]) if members else ""
            tied = [m["m_id"] for m in members if _layer(m) == layer]
            if len(tied) < len(members):
                self.lost["relations", "ties an event to an entity"] += len(members) - len(tied)
            twice = next((key for key in tied if key in of), None)
            if twice is not None:
                raise DataError(f"{relation.place}: source {twice!r} stands in another cluster too: keep it in one")
            if members:
                name = next(names[layer])
                of |= dict.fromkeys(tied, name)
                self.targets[name] = (members[0], target)
                if relation.tag == CROSS:
                    self._group(layer, relation["note"], target, name)
        return of

    def _members(self, relation: _Element) -> tuple[list[_Element], _Element | None]:
        """Return the markables of a relation that have tokens, and the one that has none and stands for them."""
        found: dict[str, _Element] = {}
        for end in relation.all("source") + relation.all("target"):
            if end["m_id"] not in self.marked:
                raise DataError(f"{end.place}: there is no markable {end['m_id']!r}: name an m_id of this file")
            found[end["m_id"]] = self.marked[end["m_id"]]
        members = [m for m in found.values() if m.all("token_anchor")]
        return members, next((m for m in found.values() if not m.all("token_anchor")), None)

    def _group(self, layer: str, note: str, target: _Element | None, name: str) -> None:
        known = self.groups[layer].get(note, Group(id=note, name=_descriptor(target), members=()))
        members = (*known.members, Member(doc=self.doc, id=name))
        self.groups[layer][note] = msgspec.structs.replace(known, members=members)

    def _entities(self) -> Iterator[Entity]:
        for name, (first, target) in self.targets.items():
            if not _action(first.tag):
                kind = first.tag if target is None or target.tag == _UNKNOWN else target.tag
                yield Entity(id=name, type=kind, name=_descriptor(target))


def _descriptor(target: _Element | None) -> str:
    return "" if target is None else target.attributes.get("TAG_DESCRIPTOR", "")


def _action(tag: str) -> str:
    """Return the prefix of the tag of an event, nothing where it is none."""
    return next((prefix for prefix in ACTIONS if tag.startswith(prefix)), "")


def _layer(markable: _Element) -> str:
    return "events" if _action(markable.tag) else "entities"


def write(content: Content, options: Options, lost: Lost) -> Outputs:
    """Return an .xml file for each document."""
    groups = _groups(content.story, {d.record.doc: d for d in content.documents}, lost)
    return {
        file_name(d.record.doc, ".xml"): "\n".join(_lines(d, groups, number, lost)) + "\n"
        for number, d in enumerate(content.documents, 1)
    }


def _groups(story: Story | None, documents: dict[str, Texted], lost: Lost) -> dict[tuple[str, str, str], Group]:
    """Return the group of each entity and event by layer, document and id; what XML cannot hold is counted."""
    found: dict[tuple[str, str, str], Group] = {}
    for layer in _KEPT_LAYERS:
        for group in getattr(story, layer, ()):
            for member in group.members:
                if member.doc not in documents:
                    lost[f"story.{layer}", "is a member in a document that is not here"] += 1
                else:
                    found[layer, member.doc, member.id] = group
    for field in () if story is None else msgspec.structs.fields(Story):
        items = getattr(story, field.name)
        if isinstance(items, tuple) and field.name not in _KEPT_LAYERS and items:
            lost[f"story.{field.name}", "has no place in ECB+"] += len(items)
    return found


def _lines(document: Texted, groups: dict[tuple[str, str, str], Group], number: int, lost: Lost) -> Iterator[str]:
    words = Words(document, lost)
    record, ids = document.record, itertools.count(1)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<Document doc_name={quoteattr(record.doc)} doc_id="{number}">'
    t = 0
    for n, sentence in enumerate(words.sentences):
        for k, word in enumerate(sentence):
            t += 1
            yield f'<token t_id="{t}" sentence="{n}" number="{k}">{xml(_valid(word, lost))}</token>'
    clusters: dict[tuple[str, str], list[int]] = {}
    tags: dict[tuple[str, str], str] = {}
    yield "<Markables>"
    for layer, name, tag, start, end in _anchored(record.mentions or (), record.events or ()):
        span = words.span(start, end)
        if span is None:
            lost["mentions" if layer == "entities" else "events", OFF_TOKENS] += 1
            continue
        key = next(ids)
        yield f'<{_tag(tag, record.doc)} m_id="{key}">'
        yield from (f'<token_anchor t_id="{at + 1}"/>' for at in range(*span))
        yield f"</{tag}>"
        if name is not None:
            clusters.setdefault((layer, name), []).append(key)
            tags.setdefault((layer, name), tag)
    entities = {e.id: e for e in record.entities or ()}
    relations = []
    for (layer, name), members in clusters.items():
        entity, key, group = entities.get(name), next(ids), groups.get((layer, record.doc, name))
        named = layer == "entities" and entity is not None
        tag = entity.type if named and entity is not None else tags[layer, name]
        words_ = entity.name if named and entity is not None else group.name if group else ""
        instance = f" instance_id={quoteattr(_valid(group.id, lost))}" if group else ""
        descriptor = quoteattr(_valid(words_, lost))
        yield f'<{_tag(tag, record.doc)} m_id="{key}" RELATED_TO="" TAG_DESCRIPTOR={descriptor}{instance}/>'
        relations.append((group, members, key))
    yield "</Markables>\n<Relations>"
    for group, members, key in relations:
        tag = CROSS if group else INTRA
        note = f" note={quoteattr(_valid(group.id, lost))}" if group else ""
        yield f'<{tag} r_id="{next(ids)}"{note}>'
        yield from (f'<source m_id="{m}"/>' for m in members)
        yield f'<target m_id="{key}"/>\n</{tag}>'
    yield "</Relations>\n</Document>"


def _anchored(mentions: Iterable[Mention], events: Iterable[Event]) -> Iterator[tuple[str, str | None, str, int, int]]:
    """Yield layer, cluster, tag and span of each mention and event."""
    for m in mentions:
        yield "entities", m.entity, m.type, m.start, m.end
    for v in events:
        yield "events", v.event, ("NEG_ACTION_" if v.polarity == "-" else "ACTION_") + v.type, v.start, v.end


def _tag(tag: str, doc: str) -> str:
    if not _NAME.fullmatch(tag):
        raise DataError(f"{doc}: the type {tag!r} cannot name an XML element: use letters, digits, dots and hyphens")
    return tag


def _valid(value: str, lost: Lost) -> str:
    """Return a value with U+FFFD for the characters that XML 1.0 does not allow."""
    valid, n = _NOT_XML.subn("\ufffd", value)
    if n:
        lost["characters", "is not allowed in XML: U+FFFD stands for it"] += n
    return valid
