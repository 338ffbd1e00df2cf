"""Level guideline: every rule of `guidelines/` that a machine can decide."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ..labels import coarse
from ..records import AUTHOR, Attribution, Span
from .base import Hit, View, covers, mention_spans

_AUXILIARIES = frozenset(
    "has have had is are was were be been being will would did does do may might can could should must having".split()
)
_SUMS = frozenset(("add", "added", "adding", "adds"))
_TURN = re.compile(r"(?:,\s\w+)?\s*[:.]\s*")
_SPEECH = frozenset(
    "say says said saying tell tells told telling report reports reported reporting announce announces announced announcing "
    "add adds added adding state states stated stating".split()
)
_QUOTES = '"“”„«»'
_QUOTED = re.compile(r"[\"“”„«»‘]|(?<!\w)'\w|\w[.,]?'(?!\w)")
_THAT = re.compile(rf"that\s(?!(?:{'|'.join(sorted(_AUXILIARIES))})\b)")
_NO_CLAUSE = re.compile(r"(want|call)(s|ed|ing)?", re.IGNORECASE)
_ENDORSING = frozenset(("endorsing",))


def head_inside(view: View) -> Iterator[Hit]:
    """A head lies inside its mention."""
    for m in view.record.mentions or ():
        if m.head is not None and not (m.start <= m.head[0] < m.head[1] <= m.end):
            yield Hit(
                f"mentions[{m.id}].head",
                f"{list(m.head)} is not inside [{m.start}, {m.end})",
                "quote a head inside the mention",
            )


def mentions_nest(view: View) -> Iterator[Hit]:
    """Mentions are nested or apart, never crossing."""
    spans = sorted(((s, place) for place, s in mention_spans(view.record)), key=lambda x: (x[0][0], -x[0][1]))
    open_spans: list[tuple[Span, str]] = []
    for span, place in spans:
        open_spans = [o for o in open_spans if o[0][1] > span[0]]
        for other, other_place in open_spans:
            if other[1] < span[1]:
                yield Hit(place, f"crosses {other_place}", "let one hold the other, or part them")
        open_spans.append((span, place))


def mention_in_sentence(view: View) -> Iterator[Hit]:
    """Mentions and triggers stand inside one sentence."""
    sentences = tuple((s.start, s.end) for s in view.record.sentences or ())
    if not sentences:
        return
    items = [(f"mentions[{m.id}]", m) for m in view.record.mentions or ()] + [
        (f"events[{v.id}]", v) for v in view.record.events or ()
    ]
    starts = dict(sentences)
    order = sorted(starts)
    for place, item in items:
        at = bisect_right(order, item.start) - 1
        if at >= 0 and item.start < starts[order[at]] < item.end:
            yield Hit(place, f"[{item.start}, {item.end}) runs over the end of a sentence", "end it with the sentence")


def mention_possessive(view: View) -> Iterator[Hit]:
    """The possessive 's is outside a mention."""
    if view.text is None:
        return
    for m in view.record.mentions or ():
        if view.text[m.start : m.end].endswith(("'s", "’s")):
            yield Hit(f"mentions[{m.id}]", "ends with the possessive 's", "leave the 's outside")


def entity_used(view: View) -> Iterator[Hit]:
    """Every entity has a mention, or stands in an attribution."""
    used = {m.entity for m in view.record.mentions or ()}
    for a in view.record.attributions or ():
        used |= {a.source_entity, *(n.node for n in a.chain)}
    for e in view.record.entities or ():
        if e.id not in used:
            yield Hit(f"entities[{e.id}]", "has no mention and stands in no attribution", "drop it")


def mention_type_agrees(view: View) -> Iterator[Hit]:
    """A mention has the coarse type of its entity, GPE, ORG, LOC and FAC apart, which a name may change between."""
    types = {e.id: e.type for e in view.record.entities or ()}
    loose = {"GPE", "ORG", "LOC", "FAC"}
    for m in view.record.mentions or ():
        kind = types.get(m.entity or "")
        if kind is None or kind == m.type:
            continue
        if not {coarse(kind), coarse(m.type)} <= loose:
            yield Hit(
                f"mentions[{m.id}]",
                f"{m.type} in an entity of type {kind}",
                "give the mention the type of its entity, or another entity",
            )


def _words(view: View, spans: tuple[Span, ...]) -> list[str]:
    return view.words(spans).lower().split()


def cue_auxiliary(view: View) -> Iterator[Hit]:
    """A cue does not begin with an auxiliary."""
    if view.text is None:
        return
    for a in view.record.attributions or ():
        words = _words(view, a.cue)
        if len(a.cue) == 1 and len(words) > 1 and words[0] in _AUXILIARIES and words[1] not in ("to", "it"):
            yield Hit(
                f"attributions[{a.id}].cue",
                f"{' '.join(words)!r} begins with an auxiliary",
                "quote the lexical cue alone",
            )


def content_that(view: View) -> Iterator[Hit]:
    """Content does not begin with the conjunction that brings it in; before an auxiliary, "that" is a pronoun.

    *Want* and *call* take no that-clause, so that after them the word is a demonstrative.
    """
    if view.text is None:
        return
    for a in view.record.attributions or ():
        if a.cue and a.content and a.cue[0][0] < a.content[0][0] and a.content_form == "clause":
            start, end = a.content[0]
            gap = view.text[a.cue[-1][1] : start] if a.cue[-1][1] <= start else ""
            bare = _NO_CLAUSE.fullmatch(view.text[slice(*a.cue[-1])])
            if _THAT.match(view.text[start:end]) and not gap.strip() and not bare:
                yield Hit(f"attributions[{a.id}].content", "begins with the introducing 'that'", "begin after it")


def content_stop(view: View) -> Iterator[Hit]:
    """The full stop of the sentence is not part of indirect content."""
    if view.text is None:
        return
    for a in view.record.attributions or ():
        if a.relation == "indirect" and a.content:
            end = a.content[-1][1]
            if view.text[end - 1] == "." and any(s.end == end for s in view.record.sentences or ()):
                yield Hit(
                    f"attributions[{a.id}].content",
                    "indirect content ends with the full stop",
                    "leave the stop outside",
                )


def content_quotes(view: View) -> Iterator[Hit]:
    """Quotation marks around direct content are inside it; direct content has them and indirect content has none.

    What follows the name of a speaker and a colon, as in a transcript, is direct without marks.
    """
    if view.text is None:
        return
    for a in view.record.attributions or ():
        for start, end in a.content:
            before, after = view.text[start - 1 : start], view.text[end : end + 1]
            if before and before in _QUOTES and after and after in _QUOTES:
                yield Hit(
                    f"attributions[{a.id}].content",
                    "stands inside quotation marks that it leaves out",
                    "take the marks in",
                )
        marks = any(_QUOTED.search(view.text[s:e]) for s, e in a.content)
        if a.relation == "direct" and not marks and not _inside_quotation(view, a) and not _speaks(view, a):
            yield Hit(
                f"attributions[{a.id}].relation",
                "direct, but the content holds no quotation mark",
                "is it indirect, or do the marks belong inside?",
            )


def _speaks(view: View, a: Attribution) -> bool:
    """Return whether the content, or that of a parent, follows a speaker's name and a colon or full stop.

    One word may stand between, as in "ROWAN, recorded."
    """
    at: Attribution | None = a
    while at is not None:
        if at.source and not at.cue and at.content and view.text is not None:
            gap = view.text[at.source[-1][1] : at.content[0][0]]
            if _TURN.fullmatch(gap):
                return True
        at = view.attributions.get(at.parent or "")
    return False


def _inside_quotation(view: View, a: Attribution) -> bool:
    """Say whether the record stands in a printed statement or in an open quotation."""
    parent = view.attributions.get(a.parent or "")
    while parent is not None:
        if parent.relation in ("direct", "mixed") or parent.source_kind == "document-or-recording":
            return True
        parent = view.attributions.get(parent.parent or "") if parent.parent != parent.id else None
    return a.source_kind == "document-or-recording"


def cue_type_none(view: View) -> Iterator[Hit]:
    """An attribution without a cue has cue type none, and one with a cue has another."""
    for a in view.record.attributions or ():
        if a.cue_type is not None and (a.cue_type == "none") != (not a.cue):
            yield Hit(
                f"attributions[{a.id}].cue_type",
                f"{a.cue_type} with {len(a.cue)} cue fragments",
                "none goes with an empty cue, and only with it",
            )


def content_present(view: View) -> Iterator[Hit]:
    """An attribution has content."""
    for a in view.record.attributions or ():
        if not a.content:
            yield Hit(f"attributions[{a.id}].content", "is empty", "without content there is no attribution")


def parts_apart(view: View) -> Iterator[Hit]:
    """Source and cue of a record stand outside its content."""
    for a in view.record.attributions or ():
        for field in ("source", "cue"):
            for start, end in getattr(a, field):
                if any(low < end and start < high for low, high in a.content):
                    yield Hit(
                        f"attributions[{a.id}].{field}",
                        "overlaps the content of the same record",
                        "cut the content into fragments around it",
                    )


def nested_inside(view: View) -> Iterator[Hit]:
    """A nested attribution stands inside the content of its parent."""
    for a in view.record.attributions or ():
        parent = view.attributions.get(a.parent or "")
        if parent is None:
            continue
        own = a.cue or a.content
        if own and parent.content and not all(covers(parent.content, s, e) for s, e in own):
            yield Hit(
                f"attributions[{a.id}].parent",
                f"the cue does not stand in the content of {parent.id}",
                "a parent's content holds the cue of its child",
            )


def nested_has_parent(view: View) -> Iterator[Hit]:
    """An attribution whose cue and content stand in the content of another has a parent."""
    acts = [(a, a.content[0][0], a.content[-1][1]) for a in view.record.attributions or () if a.content]
    for a in view.record.attributions or ():
        if a.parent is not None or not a.cue:
            continue
        first, last = a.cue[0][0], a.cue[-1][1]
        for other, low, high in acts:
            if low <= first and last <= high and _holds(other, a):
                place, problem = (
                    f"attributions[{a.id}].parent",
                    f"stands inside the content of {other.id} but has no parent",
                )
                yield Hit(place, problem, f"set parent={other.id}")
                break


def _holds(other: Attribution, a: Attribution) -> bool:
    return (
        other.id != a.id and other.parent != a.id and all(covers(other.content, s, e) for s, e in (*a.cue, *a.content))
    )


def speech_trigger(view: View) -> Iterator[Hit]:
    """Verbs of saying are cues, never triggers; *add* may also be arithmetic, which has no type."""
    if view.text is None:
        return
    for v in view.record.events or ():
        word = view.text[v.start : v.end].lower()
        if word in _SPEECH and not (word in _SUMS and v.type == "Other"):
            yield Hit(f"events[{v.id}]", f"{word!r} is a verb of saying", "annotate it as a cue only")


def other_attributed(view: View) -> Iterator[Hit]:
    """The type Other stands only inside attributed content."""
    if view.record.attributions is None:
        return
    for v in view.record.events or ():
        if v.type == "Other" and not view.contents[v.id]:
            yield Hit(f"events[{v.id}]", "Other outside attributed content", "drop it, or give it a type")


def factuality_evidence(view: View) -> Iterator[Hit]:
    """A value other than CT+ has evidence."""
    for f in view.record.factuality or ():
        if (f.certainty, f.polarity) != ("certain", "+") and not f.evidence:
            yield Hit(
                f"factuality[{f.event} {f.source}]",
                f"{f.certainty} {f.polarity} without evidence",
                "quote the words that make it so",
            )


def factuality_author(view: View) -> Iterator[Hit]:
    """Inside attributed content the author is uncommitted, unless the cue endorses or the event is presupposed."""
    for f in view.record.factuality or ():
        inside = view.contents.get(f.event, ())
        if f.source != AUTHOR or not inside or f.certainty == "uncommitted":
            continue
        stances = {view.attributions[a].author_stance for a in inside}
        direct = any(view.attributions[a].relation == "direct" for a in inside)
        if direct and not stances & _ENDORSING and f.certainty == "certain":
            yield Hit(
                f"factuality[{f.event} {AUTHOR}]",
                "the author is committed inside a quotation that no cue endorses",
                "write Uu with the cue as evidence",
            )


def factuality_complete(view: View) -> Iterator[Hit]:
    """Each event mention has a value for the author and for every attribution in whose content it stands, and no other."""
    if view.record.factuality is None or view.record.events is None:
        return
    have: dict[str, set[str]] = {}
    for f in view.record.factuality:
        have.setdefault(f.event, set()).add(f.source)
    for v in view.record.events:
        want = {AUTHOR, *view.contents[v.id]}
        for source in sorted(want - have.get(v.id, set())):
            yield Hit(
                f"factuality[{v.id} {source}]",
                "the value is missing",
                f"add it: the trigger stands in the content of {source}" if source != AUTHOR else "add the author's",
            )
        for source in sorted(have.get(v.id, set()) - want):
            if source in view.attributions:
                yield Hit(
                    f"factuality[{v.id} {source}]", f"the trigger does not stand in the content of {source}", "drop it"
                )


def claim_in_content(view: View) -> Iterator[Hit]:
    """The head of a claim stands in the content of its source; an author's claim does not stand in attributed content."""
    for c in view.record.claims or ():
        head = view.events.get(c.head) or view.mentions.get(c.head)
        if head is None:
            continue
        source = view.attributions.get(c.source)
        if source is not None and not covers(source.content, head.start, head.end):
            place, problem = f"claims[{c.id}]", f"{c.head} does not stand in the content of {c.source}"
            yield Hit(place, problem, "name a head inside the content, or another source")


def attribution_claimed(view: View) -> Iterator[Hit]:
    """Each attribution makes a claim, unless all that its content holds is another attribution."""
    if view.record.claims is None or view.record.attributions is None:
        return
    claimed = {c.source for c in view.record.claims}
    parents = {a.parent for a in view.record.attributions}
    for a in view.record.attributions:
        if a.content and a.id not in claimed and a.id not in parents and a.content_form != "nominal":
            yield Hit(f"attributions[{a.id}]", "no claim has it as a source", "cut its content into claims")
