"""The two steps of adjudication on a server: what is to be adjudicated goes there, what was decided comes back as gold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from ..corpus import Corpus
from ..errors import DataError
from ..labelstudio.client import Server
from ..labelstudio.config import instructions, make
from ..labelstudio.parts import ADJUDICATION
from ..labelstudio.sync import Plan, Pushed, pull, push, title_of
from .gold import Finished
from .run import Started, decided, lay_tasks, put_all


def start(
    server: Server,
    corpus: Corpus,
    docs: Sequence[str],
    names: Sequence[str],
    text: Path | None,
    *,
    title: str | None = None,
    project: int | None = None,
    say: Callable[[str], None] = lambda message: None,
) -> tuple[list[Started], Pushed]:
    """Push what is to be adjudicated to the third project of a server, each document to one adjudicator.

    Raises `ReportedlyError` before anything is added, also where the server has a document with other passes.
    """
    found, made = lay_tasks(corpus, docs, names, text)
    plan = Plan(title or title_of(ADJUDICATION), make(ADJUDICATION), tuple(made), 1, instructions(ADJUDICATION))
    return found, push(server, plan, project=project, say=say)


def finish(
    server: Server,
    corpus: Corpus,
    docs: Collection[str],
    text: Path | None,
    output: str,
    guidelines: str,
    *,
    title: str | None = None,
    project: int | None = None,
    replace: bool = False,
) -> list[Finished]:
    """Make gold of what was decided on a server, of the documents asked for or of all that the project has.

    Raises `ReportedlyError`: anything is undecided or does not fit, other gold is there and `replace` is false, or the
    server lacks a document or has one that does not fit.
    """
    texts = {a.doc: a.text_sha256 for a in corpus.articles.values()}
    pulled = pull(server, title or title_of(ADJUDICATION), make(ADJUDICATION), texts, docs=docs, project=project)
    if problems := (*pulled.refused, *pulled.missing):
        raise DataError(*problems)
    made = decided(corpus, pulled.tasks, f"{server.address}/projects/{pulled.project}", text, guidelines)
    return put_all(corpus, made, output, replace=replace)
