"""Checks of a document: `CHECKS` lists them all, by level; a finding of one level hides those of the levels after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .. import GUIDELINES
from ..errors import RecordError
from ..records import Document
from . import forms, guideline, inventory, structure
from .base import Finding, Hit, View


class Check(NamedTuple):
    """A check of one document; `since` is the version of the guidelines whose rule it is, older annotation is spared."""

    id: str
    level: str
    run: Callable[[View], Iterator[Hit]]
    gold_only: bool = False
    since: tuple[int, ...] = ()


LEVELS = ("text", "structure", "inventory", "guideline", "corpus")

CHECKS = (
    Check("ids-unique", "structure", structure.ids_unique),
    Check("ids-resolve", "structure", structure.ids_resolve),
    Check("offsets-in-text", "structure", structure.offsets_in_text),
    Check("offsets-on-tokens", "structure", structure.offsets_on_tokens),
    Check("sentences-in-order", "structure", structure.sentences_in_order),
    Check("spans-in-regions", "structure", structure.spans_in_regions),
    Check("fragments-in-order", "structure", structure.fragments_in_order),
    Check("parents-acyclic", "structure", structure.parents_acyclic),
    Check("chain-ends-at-outlet", "structure", structure.chain_ends_at_outlet),
    Check("chain-starts-at-source", "structure", structure.chain_starts_at_source),
    Check("no-duplicates", "structure", structure.no_duplicates),
    Check("surface-equal", "structure", structure.surface_equal),
    Check("labels-known", "inventory", inventory.labels_known),
    Check("roles-allowed", "inventory", inventory.roles_allowed),
    Check("values-known", "inventory", inventory.values_known),
    Check("attributes-complete", "inventory", inventory.attributes_complete, gold_only=True),
    Check("degree-allowed", "inventory", inventory.degree_allowed),
    Check("detail-allowed", "inventory", inventory.detail_allowed),
    Check("level-allowed", "inventory", inventory.level_allowed),
    Check("value-form", "inventory", inventory.value_form),
    Check("head-inside", "guideline", guideline.head_inside),
    Check("mentions-nest", "guideline", guideline.mentions_nest),
    Check("mention-in-sentence", "guideline", guideline.mention_in_sentence),
    Check("mention-possessive", "guideline", guideline.mention_possessive),
    Check("mention-type-agrees", "guideline", guideline.mention_type_agrees),
    Check("entity-used", "guideline", guideline.entity_used),
    Check("cue-auxiliary", "guideline", guideline.cue_auxiliary),
    Check("cue-type-none", "guideline", guideline.cue_type_none),
    Check("content-present", "guideline", guideline.content_present),
    Check("content-that", "guideline", guideline.content_that),
    Check("content-stop", "guideline", guideline.content_stop),
    Check("content-quotes", "guideline", guideline.content_quotes),
    Check("parts-apart", "guideline", guideline.parts_apart),
    Check("nested-inside", "guideline", guideline.nested_inside),
    Check("nested-has-parent", "guideline", guideline.nested_has_parent),
    Check("speech-trigger", "guideline", guideline.speech_trigger),
    Check("other-attributed", "guideline", guideline.other_attributed),
    Check("factuality-evidence", "guideline", guideline.factuality_evidence),
    Check("factuality-author", "guideline", guideline.factuality_author),
    Check("factuality-complete", "guideline", guideline.factuality_complete, gold_only=True),
    Check("claim-in-content", "guideline", guideline.claim_in_content),
    Check("attribution-claimed", "guideline", guideline.attribution_claimed, gold_only=True),
    Check("head-twice", "guideline", forms.head_twice, since=(1, 1)),
    Check("numeral-alone", "guideline", forms.numeral_alone, since=(1, 1)),
    Check("place-without-preposition", "guideline", forms.place_without_preposition, since=(1, 1)),
    Check("losses-injure", "guideline", forms.losses_injure, since=(1, 1)),
    Check("threat-eventuality", "guideline", forms.threat_eventuality, since=(1, 1)),
    Check("degree-of-one", "guideline", forms.degree_of_one, since=(1, 1)),
    Check("basis-in-sentence", "guideline", forms.basis_in_sentence, since=(1, 1)),
    Check("finding-neutral", "guideline", forms.finding_neutral, since=(1, 1)),
    Check("place-inside", "guideline", forms.place_inside, since=(1, 1)),
)


USABLE = (structure.offsets_in_text, structure.ids_unique, structure.ids_resolve, structure.parents_acyclic)


def refuse(record: Document, text: str | None, place: str, checks: tuple[Callable[[View], Iterator[Hit]], ...]) -> None:
    """Raise `RecordError` for the first hit of the checks: whoever goes on would show or count what is not there."""
    view = View(record, text)
    for check in checks:
        for hit in check(view):
            raise RecordError(f"{place}: {hit.place}: {hit.problem}: {hit.remedy}")


def check_record(record: Document, text: str | None, *, gold: bool = True) -> list[Finding]:
    """Return the findings of a record; a level with findings hides the levels after it.

    `text` is the exact text, or `None` where there is none: checks that need it are then left out. With `gold` false
    (predictions, examples of guidelines) the checks of completeness are left out.
    """
    view = View(record, text, gold=gold)
    version = _version(record.guidelines)
    for level in LEVELS:
        found = [
            Finding(check.id, level, record.doc, *hit)
            for check in CHECKS
            if check.level == level and (gold or not check.gold_only) and check.since <= version
            for hit in check.run(view)
        ]
        if found:
            return found
    return []


def _version(guidelines: str | None) -> tuple[int, ...]:
    """Return a version as numbers, the present one where none is told or it is none."""
    told = guidelines or ""
    found = told if re.fullmatch(r"\d{1,4}(?:\.\d{1,4}){0,3}", told) else GUIDELINES
    return tuple(int(part) for part in found.split("."))
