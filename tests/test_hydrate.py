"""Copies of articles: recognised, aligned, and never placed on other words. All texts here are the project's own."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from conftest import TEXT
from reportedly.corpus import COLUMNS, Corpus, encode
from reportedly.errors import DataError, UsageError
from reportedly.hydrate import Placed, _all_spans, as_copy, hydrate, place, write
from reportedly.records import Document
from reportedly.runs import Runs, fold, make_runs

SALT = b"0123456789abcdef"
REPORTS = Path(__file__).parents[1] / "corpus" / "articles" / "reports"
GOLD = Path(__file__).parents[1] / "annotations" / "gold"


def paragraphs(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "\n\n".join(change(p) for p in text.split("\n\n"))


def nth_word(text: str, every: int, change: Callable[[str], str]) -> str:
    parts = re.split(r"(\s+)", text)
    return "".join(change(w) if i % (2 * every) == 0 and i else w for i, w in enumerate(parts))


MENU = "Home\nWorld\nSport\nWeather\nSubscribe to our newsletter\n\n"
COMMENTS = "\n\nComments (3)\nreader77: I do not believe a word of it.\nLog in to reply.\n"

DISTORTIONS: dict[str, Callable[[str], str]] = {
    "menu before": lambda t: MENU + t,
    "comments after": lambda t: t + COMMENTS,
    "lines broken at 60 characters": lambda t: re.sub(r"(.{50,60}) ", r"\1\n", t),
    "one line": lambda t: " ".join(t.split()),
    "CRLF": lambda t: t.replace("\n", "\r\n"),
    "typographic quotes": lambda t: re.sub(r'"([^"]*)"', r"“\1”", t).replace("'", "’"),
    "straight quotes": lambda t: t.translate(str.maketrans("“”‘’", "\"\"''")),
    "no-break spaces and soft hyphens": lambda t: (
        t.replace(" of ", "\u00a0of\u00a0").replace("hospital", "hos\u00adpital").replace("said", "sa\u200bid")
    ),
    "words changed": lambda t: nth_word(t, 40, lambda w: "elsewhere"),
    "words dropped": lambda t: nth_word(t, 50, lambda w: ""),
    "a paragraph of another text put in": lambda t: t.replace(
        "\n\n", "\n\nAdvertisement: buy two chairs and get the table free.\n\n", 3
    ),
    "cut in the middle": lambda t: t[: len(t) // 2],
    "paragraphs turned round": lambda t: "\n\n".join(reversed(t.split("\n\n"))),
    "upper-case headline, other dashes": lambda t: (
        t.split("\n", 1)[0].upper() + "\n" + t.split("\n", 1)[1].replace("—", "-")
    ),
}


def check_words(original: str, gold: Document, placed: Placed) -> None:
    """Every span that was placed stands on the words of the original."""
    moved = dict(_named(placed.record))
    for name, (start, end) in _named(gold):
        if name in moved:
            assert _words(placed.text[slice(*moved[name])]) == _words(original[start:end])


def _named(record: Document) -> list[tuple[str, tuple[int, int]]]:
    seen: dict[str, int] = {}
    out = []
    for name, span in _all_spans(record):
        seen[name] = seen.get(name, 0) + 1
        out.append((f"{name}#{seen[name]}", span))
    return out


def _words(text: str) -> list[str]:
    return as_copy(Path("x"), fold(text)).words


def documents() -> list[str]:
    return sorted(p.stem for p in REPORTS.glob("*.txt") if (GOLD / f"{p.stem}.json").is_file())


@pytest.mark.parametrize("name", DISTORTIONS)
@pytest.mark.parametrize("doc", documents())
def test_nothing_is_placed_wrongly(doc: str, name: str) -> None:
    text = (REPORTS / f"{doc}.txt").read_bytes().decode()
    gold = msgspec.json.decode((GOLD / f"{doc}.json").read_bytes(), type=Document)
    runs = make_runs(gold, text, SALT)
    placed = place(as_copy(Path("copy.txt"), DISTORTIONS[name](text)), gold, runs)
    check_words(text, gold, placed)
    low = {"words changed": 0.6, "words dropped": 0.6, "cut in the middle": 0.3, "paragraphs turned round": 0.03}
    assert placed.coverage >= low.get(name, 0.95)


def test_exact_bytes_give_the_gold_itself(record: Document) -> None:
    placed = place(as_copy(Path("copy.txt"), TEXT), record, make_runs(record, TEXT, SALT))
    assert placed.coverage == 1.0 and placed.record is record


def folder_with(tmp_path: Path, record: Document) -> Corpus:
    """Return a corpus that knows the made-up article only by hashes."""
    root = tmp_path / "corpus-root"
    for name in ("annotations/gold", "annotations/runs", "corpus/splits"):
        (root / name).mkdir(parents=True)
    (root / "annotations/gold/orlen-01.json").write_bytes(encode(record))
    (root / "annotations/runs/orlen-01.json").write_bytes(msgspec.json.encode(make_runs(record, TEXT, SALT)))
    row = [
        "orlen-01",
        "published",
        "w",
        "s",
        "o",
        "2031-05-09",
        "r",
        "people",
        "",
        "x",
        "y",
        str(len(TEXT)),
        record.text_sha256 or "",
    ]
    (root / "corpus/articles.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n")
    return Corpus(root)


def test_a_folder_gives_texts_and_records(record: Document, tmp_path: Path) -> None:
    corpus = folder_with(tmp_path, record)
    copies = tmp_path / "copies"
    copies.mkdir()
    body = "".join(f"<p>{html.escape(p)}</p>" for p in TEXT.split("\n") if p)
    page = f"<html><head><title>t</title></head><body><nav><a href='/'>Home</a></nav><article>{body}</article><footer>About us</footer></body></html>"
    (copies / "page.html").write_text(page)
    outcome = hydrate(copies, corpus)
    assert [p.doc for p in outcome.placed] == ["orlen-01"] and not outcome.refused and not outcome.missing
    assert outcome.placed[0].coverage > 0.8
    check_words(TEXT, record, outcome.placed[0])
    write(outcome, tmp_path / "out")
    assert (tmp_path / "out" / "orlen-01.txt").is_file() and (tmp_path / "out" / "orlen-01.json").is_file()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"a.txt": b"A recipe: boil two eggs for six minutes, then peel them under cold water.\n"},
            "is none of the published articles",
        ),
        ({"a.txt": b""}, "is empty"),
        ({"a.txt": TEXT.encode(), "b.txt": TEXT.encode()}, "two copies of orlen-01"),
        ({"a.txt": "caf\xe9".encode("latin-1") + TEXT.encode()}, "is not UTF-8"),
        ({"a.html": b"<html><body></body></html>"}, "holds no article"),
        ({"a.txt": b"x" * 10_000_001}, "more than 10,000,000 bytes"),
        ({"a.txt": b"a " * 500_001}, "more than the 1,000,000"),
    ],
)
def test_other_files_are_refused_by_name(
    files: dict[str, bytes], message: str, record: Document, tmp_path: Path
) -> None:
    corpus = folder_with(tmp_path, record)
    copies = tmp_path / "copies"
    copies.mkdir()
    for name, data in files.items():
        (copies / name).write_bytes(data)
    outcome = hydrate(copies, corpus)
    assert not outcome.placed
    assert len(outcome.refused) == len(files)
    assert all(message in reason for reason in outcome.refused.values())


def test_a_folder_without_copies_is_refused(record: Document, tmp_path: Path) -> None:
    corpus = folder_with(tmp_path, record)
    with pytest.raises(UsageError, match="is no folder"):
        hydrate(tmp_path / "nowhere", corpus)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no"):
        hydrate(tmp_path / "empty", corpus)


def test_a_folder_that_cannot_be_written_is_named(record: Document, tmp_path: Path) -> None:
    corpus = folder_with(tmp_path, record)
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "a.txt").write_text(TEXT)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="cannot be written"):
        write(hydrate(copies, corpus), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "in the way"


def test_the_repository_holds_no_word_of_an_article_in_its_hashes(record: Document) -> None:
    runs = make_runs(record, TEXT, SALT)
    stored = msgspec.json.encode(runs).decode()
    assert isinstance(runs, Runs) and "Fighters" not in stored and "monitor" not in stored
