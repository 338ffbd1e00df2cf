"""The page of a score: figures that can be done again, counts that add up, nothing that leaves its place or is fetched."""

from __future__ import annotations

import math
import re
from html import unescape
from pathlib import Path

import msgspec
import pytest

from conftest import TEXT
from damaged import KINDS, damage
from reportedly.counts import count
from reportedly.errors import UsageError
from reportedly.metrics import METRICS
from reportedly.records import Document
from reportedly.report.page import page
from reportedly.report.scored import texts, write_page
from reportedly.report.survey import Survey, survey
from reportedly.report.worked import steps
from reportedly.scoring import Scores, score_file
from reportedly.signature import Settings

replace = msgspec.structs.replace
HOSTILE = '"><script>alert(1)</script>'


def value(expression: str) -> float | None:
    """Return what an expression of the page comes to."""
    plain = expression.replace("·", "*").replace("−", "-").replace("√", "math.sqrt")
    assert re.fullmatch(r"[\d+\-*/(). ]*", plain.replace("math.sqrt", ""))
    try:
        return float(eval(plain, {"math": math}))
    except ZeroDivisionError:
        return None


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("system", ["damaged", "gold", "empty"])
def test_the_arithmetic_of_every_figure_gives_the_figure(record: Document, metric: str, system: str) -> None:
    nothing = Document(doc=record.doc, mentions=(), entities=(), events=(), attributions=(), factuality=(), claims=())
    made = {"damaged": damage(record), "gold": record, "empty": nothing}[system]
    counted = count({"d": record}, {"d": made}, [metric])
    found = {s.figure: value(s.expression) for s in steps(metric, counted.totals(metric))}
    assert found == {k: v if v is None else pytest.approx(v, abs=1e-6) for k, v in counted.scores()[metric].items()}


class Made:
    """Scores, survey and page of the damaged copy, of a perfect document and of one that is missing."""

    def __init__(self, folder: Path, record: Document, *, first: int = 20, name: str = "p.jsonl", **options: object):
        gold = {d: replace(record, doc=d, story=d) for d in ("orlen-01", "orlen-02", "orlen-03")}
        path = folder / "p.jsonl"
        system = (damage(gold["orlen-01"]), gold["orlen-02"])
        path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in system))
        self.scores: Scores = score_file(path, gold, Settings("own", resamples=30))
        self.survey: Survey = survey(path, gold, self.scores, first=first, **options)  # type: ignore[arg-type]
        self.html = page(name, self.scores, self.survey, lambda doc, sha256: TEXT if doc == "orlen-01" else None)


@pytest.fixture(scope="module")
def made(record: Document, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("page"), record)


def test_kinds_are_counted_over_all_documents(made: Made) -> None:
    # the second document is perfect, all of the third is missed
    for layer, kinds in KINDS.items():
        gold = sum(n for k, n in kinds.items() if k != "spurious")
        expected = dict(kinds) | {"correct": kinds["correct"] + gold, "missed": kinds.get("missed", 0) + gold}
        assert dict(made.survey.kinds[layer]) == expected
    rows = dict(re.findall(r"<tr><th scope=row>(\w+) <small>\w+</small></th>(.*?)</tr>", made.html))
    cells = {layer: re.findall(r"<td class=n>(\d*)", row) for layer, row in rows.items()}
    # correct 19 + 23, missed 1 + 23, spurious 1, boundary 1, type 1, both 1; gold 3·23, system 2·23
    assert cells["mention"] == ["42", "24", "1", "1", "1", "1", "", "", "", "", "69", "46"]


def test_every_error_of_a_document_is_listed_and_marked(made: Made) -> None:
    article = made.html.split('<article class="doc" id="d0">')[1].split("</article>")[0]
    listed = re.findall(r'<li id="(d0-\d+)" data-k="([\w-]+)" data-l="(\w+)"', article)
    expected = [
        (k.replace(" ", "-"), layer) for layer, kinds in KINDS.items() for k, n in kinds.items() for _ in range(n)
    ]
    assert sorted((k, layer) for _, k, layer in listed) == sorted(e for e in expected if e[0] != "correct")
    marked = {i for ids in re.findall(r'data-i="([^"]*)"', article) for i in ids.split()}
    assert marked == {i for i, _, _ in listed}
    body = re.sub(r"<[^>]+>", "", article.split('<div class="text">')[1].split("</div>")[0])
    assert re.sub(r"\s+", "", unescape(body)) == re.sub(r"\s+", "", TEXT)


def test_without_its_text_a_document_shows_offsets_alone(made: Made) -> None:
    article = made.html.split("orlen-03</h3>")[1].split("</article>")[0]
    assert "--hydrated" in article and "villages" not in article and "<span class=at>0–15</span>" in article


def test_the_page_says_whose_errors_it_leaves_out(record: Document, tmp_path: Path) -> None:
    few = Made(tmp_path, record, first=1)
    assert [f.doc for f in few.survey.found] == ["orlen-01"]
    assert "2 of 3 documents have errors. Below are those of the first 1 by name; 1 are left out" in few.html
    assert few.survey.kinds == Made(tmp_path, record).survey.kinds


def test_slices_say_how_much_of_each_kind_is_found(record: Document, tmp_path: Path) -> None:
    kinds = {"orlen-01": {"outlet": "Kessar Post"}, "orlen-02": {"outlet": "Valdor Times"}}
    found = {(s.title, s.value, s.metric): s for s in Made(tmp_path, record, groups=kinds).survey.slices()}
    post = found["outlet", "Kessar Post", "mention_f1"]
    assert (post.figure, post.expression) == (pytest.approx(2 * 19 / 46), "2·19/(23 + 23)")
    assert post.between is None and post.documents == 1
    # three of four relations are indirect: 3 + 3 + 0 of 9 found, of the direct ones 0 + 1 + 0 of 3
    indirect = found["relation of the attribution", "indirect", "attribution_overlap_f1"]
    assert (indirect.expression, indirect.figure) == ("6/9", pytest.approx(6 / 9)) and indirect.between is not None
    assert found["relation of the attribution", "direct", "attribution_overlap_f1"].expression == "1/3"


def test_the_survey_does_not_depend_on_how_the_work_is_split(made: Made, record: Document, tmp_path: Path) -> None:
    other = Made(tmp_path, record, engine="processes").survey
    assert (other.kinds, other.confusions, other.found) == (
        made.survey.kinds,
        made.survey.confusions,
        made.survey.found,
    )
    assert other.slices() == made.survey.slices()


def test_hostile_names_cannot_leave_their_place(record: Document, tmp_path: Path) -> None:
    mentions = tuple(replace(m, type=HOSTILE, level=m.level) for m in record.mentions or ())
    gold = replace(record, doc=HOSTILE, mentions=mentions)
    attributions = tuple(replace(a, relation=HOSTILE, source_kind="\t") for a in record.attributions or ())
    path = tmp_path / "p.jsonl"
    path.write_bytes(msgspec.json.encode(replace(damage(record), doc=HOSTILE, attributions=attributions)) + b"\n")
    known = {HOSTILE: replace(gold, attributions=attributions)}
    scores = score_file(path, known, Settings(HOSTILE, resamples=5))
    made = survey(path, known, scores, groups={HOSTILE: {"outlet": HOSTILE}})
    html = page(HOSTILE, scores, made, lambda doc, sha256: TEXT.replace("villages", "<script>"))
    assert html.count("<script>") == 1 and html.count("</script>") == 1
    assert "alert(1)" in html and '"><script' not in html


def test_nothing_is_fetched_and_only_our_script_may_run(made: Made) -> None:
    assert not re.search(r"""(?:src|href)=["'](?!#)""", made.html)
    assert "://" not in made.html and "@import" not in made.html and "url(" not in made.html
    assert "default-src 'none'" in made.html and "script-src 'sha256-" in made.html


def test_texts_come_from_a_folder_only_where_they_are_the_right_ones(record: Document, tmp_path: Path) -> None:
    (tmp_path / "orlen-01.txt").write_bytes(TEXT.encode())
    (tmp_path / "inner").mkdir()
    find = texts(None, tmp_path)
    assert find("orlen-01", record.text_sha256) == TEXT == find("orlen-01", None)
    assert find("orlen-01", "0" * 64) is None and find("orlen-02", None) is None
    assert texts(None, tmp_path / "inner")("../orlen-01", None) is None
    with pytest.raises(UsageError, match="is no folder"):
        texts(None, tmp_path / "nowhere")


def test_published_documents_show_no_text(tmp_path: Path) -> None:
    from reportedly.dataset import gold

    known = gold("published")
    path = tmp_path / "p.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(Document(doc=d, mentions=())) + b"\n" for d in sorted(known)))
    scores = score_file(path, known, Settings("published", "mention", resamples=0))
    write_page(tmp_path / "page.html", path, scores, split="published")
    html = (tmp_path / "page.html").read_text("utf-8")
    assert html.count("Offsets only") == len(known) and "<q " not in html and 'class="x ' not in html
