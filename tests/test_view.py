"""The page of an annotated article escapes everything and needs no network."""

from __future__ import annotations

import re

import msgspec

from conftest import TEXT, annotate
from reportedly.records import Document
from reportedly.report.sources import Shown
from reportedly.report.view import page


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markup)).strip()


def test_the_text_is_all_there(record: Document) -> None:
    html = page([Shown(record, TEXT, "caption")])
    body = re.search(r'<div class="text">(.*?)</div>', html, re.DOTALL)
    assert body is not None
    assert words(body[1]).replace("&quot;", '"') == " ".join(TEXT.split()).replace("May — Fighters", "May — Fighters")


def test_hostile_text_cannot_leave_its_place() -> None:
    text = '<script>alert(1)</script> & "quotes" </article>\n'
    quotes = "E | e1 | PER.Individual | </script><img src=x onerror=alert(1)>\nM | m1 | 1:alert(1) | alert | e1 | NAM"
    record = msgspec.structs.replace(annotate(text, quotes, ["body=1"]), doc='"><script>x</script>')
    html = page([Shown(record, text, "<b>caption</b>")])
    inside = html.split("<main>")[1].split("</main>")[0]
    assert "<script>" not in inside.replace('<script type="application/json" class="items">', "")
    assert "<img" not in html and "<b>" not in inside


def test_nothing_is_fetched(record: Document) -> None:
    html = page([Shown(record, TEXT, "caption")])
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html)
    assert "http" not in html.replace("http-equiv", "") and "@import" not in html and "url(" not in html
