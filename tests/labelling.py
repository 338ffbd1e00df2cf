"""Help for the tests of Label Studio: a corpus of made-up texts, and exports as Label Studio writes them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import msgspec

from conftest import PARTS, QUOTES, TEXT, annotate
from reportedly.corpus import COLUMNS, LAYOUT, Corpus, encode
from reportedly.labelstudio.exports import Imported, decode_tasks, read_passes
from reportedly.labelstudio.tasks import task
from reportedly.layout import make_layout
from reportedly.records import Document
from reportedly.text import text_sha256

# An emoji family, a flag, an astral letter, combining marks, Arabic in both directions, no-break spaces, a long line.
STRANGE = (
    "Caf\u0301e 👩‍👩‍👧 in Orlen 🇳🇴 was shelled\n\n"
    "قال سكان أورلن إن \u200fالجيش\u200f قصف المدينة يوم 9 May، \U0001d538rmy said.\n"
    'The\u00a0Orlen\u00a0Monitor said: "5.3\u202fkm 😀😀 of the road <b>&amp; bridge</b>" — gone.\u2028 It may be so.\n'
    + "Orlen 😀 is far from Kessar, and " * 120
    + "that is all.\n"
)


def make_corpus(root: Path, texts: dict[str, tuple[str, list[str]]]) -> Corpus:
    """Return a corpus of texts, each with the parts of its layout."""
    rows = ["\t".join(COLUMNS)]
    for doc, (text, parts) in texts.items():
        folder = root / "corpus" / "articles" / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{doc}.txt").write_bytes(text.encode())
        values = (
            doc,
            "reports",
            "orlen",
            "orlen",
            "The Post",
            "2031-05-09",
            "report",
            "test",
            "",
            "CC-BY-4.0",
            "CC-BY-4.0",
        )
        rows.append("\t".join((*values, str(len(text)), text_sha256(text))))
        path = root / "annotations" / "passes" / LAYOUT / f"{doc}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(make_layout(doc, text, parts)))
    (root / "corpus" / "articles.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return Corpus(root)


def orlen(root: Path) -> Corpus:
    """Return a corpus of the made-up document of the tests."""
    return make_corpus(root, {"orlen-01": (TEXT, PARTS)})


def record(quotes: str = QUOTES) -> Document:
    """Return the record of the made-up document, with its links and the head of each mention."""
    return annotate(quotes=quotes)


def exported(
    made: dict[str, Any],
    results: list[dict[str, Any]] | None = None,
    *,
    user: Any = "anna@example.org",
    number: int = 7,
    **annotation: Any,
) -> dict[str, Any]:
    """Return a task as a snapshot of Label Studio gives it, with one annotation."""
    made = copy.deepcopy(made)
    if results is None:
        results = made["predictions"][0]["result"] if made["predictions"] else []
    by = {"id": 1, "email": user} if isinstance(user, str) else user
    made |= {"id": number, "project": 3, "drafts": []}
    made["annotations"] = [
        {"id": 70 + number, "completed_by": by, "result": results, "was_cancelled": False} | annotation
    ]
    return made


def read(corpus: Corpus, *tasks: dict[str, Any], **options: Any) -> Imported:
    """Return what an export of tasks says."""
    return read_passes(decode_tasks(json.dumps(tasks).encode(), "export.json"), corpus, **options)


def results_of(layer: str, of: Document | None = None) -> list[dict[str, Any]]:
    """Return the results with which a layer of the made-up document is pre-annotated, free to be changed."""
    found: list[dict[str, Any]] = copy.deepcopy(task(of or record(), TEXT, layer)["predictions"][0]["result"])
    return found


def layered(layer: str, **options: Any) -> dict[str, Any]:
    """Return the made-up document as a task of a layer."""
    return task(record(), TEXT, layer, **options)


def region(number: str, control: str, label: str, words: str, text: str = TEXT, **more: Any) -> dict[str, Any]:
    """Return a region that an annotator drew over words."""
    start = text.index(words)
    value = {"start": start, "end": start + len(words), "text": words, "labels": [label]}
    return {
        "id": number,
        "from_name": control,
        "to_name": "text",
        "type": "labels",
        "value": value,
        "origin": "manual",
    } | more


def field(number: str, control: str, *rows: str) -> dict[str, Any]:
    """Return a text field of a region."""
    return {"id": number, "from_name": control, "to_name": "text", "type": "textarea", "value": {"text": list(rows)}}


def arc(source: str, target: str, *labels: str, direction: str = "right") -> dict[str, Any]:
    """Return an arc."""
    return {"type": "relation", "from_id": source, "to_id": target, "direction": direction, "labels": list(labels)}


def plain(items: Any) -> Any:
    """Return records as plain values."""
    return json.loads(msgspec.json.encode(items))
