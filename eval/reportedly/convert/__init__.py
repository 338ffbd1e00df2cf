"""Other people's data: to and from the record shape (`reportedly convert`).

One file a format, one literal table (`FORMATS`). A reader takes files and gives documents with their texts; a writer
takes documents with their texts and gives files. Both count what does not fit, by what and why. A writer's count is
then checked against what its own reader gives back (`run.measure`), so a round trip is exact or says what was lost.

Conventions for all formats:

- Formats of tokens have no text. A reader joins tokens by one blank, one sentence a line, and that text is written
  beside the records as DOC.txt; offsets count in it. A writer shows the record's own tokens and sentences, or those of
  the rules of `reportedly.text` where there are none; spans that cut tokens do not fit.
- Items get ids in order (`m1`, `v1`, `a1`, `e1`) where the format has none; ids alone are not counted as lost, nor are
  surfaces, which are in the text. The type of what has no type is `_`.
- A layer that a format can hold is read as empty where some other document has it, else as not attempted.
- Nothing is guessed: tag schemes are named, and malformed input is refused with file, line, value and remedy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import brat, conll, conll2012, corefud, dygie, ecb, oneie, polnear
from .base import Content, File, Lost, Options, Outputs


class Format(NamedTuple):
    """A format: how it is read and written, its files (a folder of them, with texts, or one), what it can hold."""

    name: str
    read: Callable[[list[File], Options, Lost], Content]
    write: Callable[[Content, Options, Lost], Outputs]
    suffix: str
    folder: bool
    texts: bool
    layers: tuple[str, ...]
    holds: str
    cannot: str


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format(
            "conll", conll.read, conll.write, ".conll", False, False, ("mentions",),
            "tokens, sentences, flat mentions with type, under a named scheme",
            "nested or overlapping mentions (the longest is kept), entities, all attributes",
        ),
        Format(
            "conll2012", conll2012.read, conll2012.write, ".conll", False, False, ("entities", "mentions"),
            "tokens, sentences, mentions of entities, also across sentences",
            "types, mentions of no entity, mentions of one entity that cross or are equal, all attributes",
        ),
        Format(
            "corefud", corefud.read, corefud.write, ".conllu", False, False, ("entities", "mentions"),
            "tokens, sentences, mentions of entities with type, head, level and value",
            "mentions of no entity, or across sentences, names of entities, syntax",
        ),
        Format(
            "brat", brat.read, brat.write, ".ann", True, True, ("entities", "mentions", "events", "attributions"),
            "text, entities, mentions, events with arguments and links, attributions; all with their attributes",
            "factuality, claims, layout, entities without a mention",
        ),
        Format(
            "oneie", oneie.read, oneie.write, ".json", False, False, ("entities", "mentions", "events"),
            "tokens, sentences, mentions with type, level and entity, events with arguments of their sentence",
            "spans and arguments across sentences, events as arguments, names of entities, attributes of events",
        ),
        Format(
            "dygie", dygie.read, dygie.write, ".json", False, False, ("entities", "mentions", "events"),
            "tokens, sentences, mentions with type and entity, events with arguments of their sentence",
            "triggers of several tokens, equal spans, arguments across sentences, events as arguments, attributes",
        ),
        Format(
            "polnear", polnear.read, polnear.write, ".ann", True, True, ("attributions",),
            "text, attributions with source, cue and content, in fragments",
            "all else of attributions, all other layers",
        ),
        Format(
            "ecb", ecb.read, ecb.write, ".xml", True, False, ("entities", "mentions", "events"),
            "tokens, sentences, entities with name, mentions, events with polarity, clusters across documents",
            "arguments, attributes, attributions, claims, links and all else of a story",
        ),
    )
}  # fmt: skip

__all__ = ["FORMATS", "Content", "File", "Format", "Lost", "Options", "Outputs"]
