"""The command `reportedly`: verbs only, no logic."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import GUIDELINES, __version__
from .errors import ReportedlyError

if TYPE_CHECKING:
    from .corpus import Article, Corpus
    from .labelstudio.exports import Task
    from .labelstudio.sources import Tasks
    from .records import Document
    from .story_scoring import GoldStories

_SPLITS = ("train", "validation", "test", "published")
_PROJECTS = ("entities", "events", "coreference", "attribution", "factuality", "claims", "adjudication", "all")
_ANNOTATED = tuple(layer for layer in _PROJECTS if layer != "adjudication")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 fine, 1 findings or refused data, 2 used wrongly."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: threads of its products only spin beside us
    args = _parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = int(args.run(args))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except ReportedlyError as error:
        print(f"reportedly: {error}", file=sys.stderr)
        return error.status
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except (OSError, RecursionError) as error:
        print(f"reportedly: {error}: check names, rights and free space, or run `reportedly check`", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("reportedly: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="reportedly", description="Who reports what, on whose word? Corpus and scoring harness."
    )
    parser.add_argument("--version", action="version", version=f"reportedly {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for add in (_add_use, _add_score, _add_corpus, _add_annotate, _add_labelstudio):
        add(verbs)
    return parser


def _add_use(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = verbs.add_parser("demo", help="the whole way on the packed data: predict, score, write a page")
    demo.add_argument("-o", "--output", type=Path, default=Path("reportedly-demo"), help="folder for what it writes")
    demo.set_defaults(run=_demo)

    stats = verbs.add_parser("stats", help="counts and variety by document, split and collection")
    stats.add_argument(
        "--hydrated", type=Path, metavar="DIR", help="folder made by hydrate: words of published articles"
    )
    stats.add_argument("--json", action="store_true")
    stats.set_defaults(run=_stats)

    hydrate = verbs.add_parser("hydrate", help="join your copies of the published articles with their annotation")
    hydrate.add_argument("folder", type=Path, metavar="DIR")
    hydrate.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    hydrate.add_argument("--json", action="store_true")
    hydrate.set_defaults(run=_hydrate)

    convert = verbs.add_parser("convert", help="other formats in and out of the record shape")
    convert.add_argument("input", type=Path, metavar="IN")
    formats = "records, conll, conll2012, corefud, brat, oneie, dygie, polnear, ecb"
    convert.add_argument("--from", dest="source", required=True, metavar="FORMAT", help=formats)
    convert.add_argument("--to", dest="target", required=True, metavar="FORMAT", help="one of the two is records")
    convert.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    convert.add_argument("--scheme", help="of the tags of conll: iob1, iob2, iobes, bilou, conlleval or discard")
    convert.add_argument("--texts", type=Path, metavar="DIR", help="where DOC.txt lie, if not beside IN")
    convert.add_argument(
        "--story", type=Path, help="cross-document record: to write into ecb, or where to put that of it"
    )
    convert.add_argument("--json", action="store_true")
    convert.set_defaults(run=_convert)

    view = verbs.add_parser("view", help="an annotated article as a page of its own")
    view.add_argument("target", nargs="?", help="a document of the corpus, or a file with a record")
    view.add_argument("--split", choices=_SPLITS, help="all documents of a split on one page")
    view.add_argument(
        "--text", type=Path, help="the text, where the record is a file and its text does not lie beside it"
    )
    view.add_argument("-o", "--output", type=Path, required=True)
    view.set_defaults(run=_view)

    story = verbs.add_parser(
        "story", help="the reporting graph of a story: who told whom, what was copied, what contradicts"
    )
    story.add_argument("name", help="a story world, or one of its stories")
    story.add_argument("-o", "--output", type=Path, metavar="PAGE", help="write it as a page of its own")
    story.add_argument("--graphml", type=Path, metavar="FILE", help="write it for graph tools (extra `graph`)")
    story.add_argument(
        "--hydrated", type=Path, metavar="DIR", help="folder of DOC.txt, as hydrate makes: words for the page"
    )
    story.add_argument("--json", action="store_true")
    story.set_defaults(run=_story)


def _add_score(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    predict = verbs.add_parser("predict", help="run a system over a split")
    predict.add_argument("--system", choices=("rules",), default="rules")
    predict.add_argument("--split", choices=_SPLITS, default="test")
    predict.add_argument("--hydrated", type=Path, help="folder made by hydrate, for the split published")
    predict.add_argument("-o", "--output", type=Path, required=True)
    predict.set_defaults(run=_predict)

    cross = verbs.add_parser("predict-stories", help="run a baseline across the documents of a split")
    cross.add_argument("--system", choices=("every-outlet", "first-published"), default="every-outlet")
    cross.add_argument("--split", choices=_SPLITS, default="test")
    cross.add_argument(
        "--predictions", required=True, metavar="FILE|gold", help="the documents, or gold for gold's own"
    )
    cross.add_argument("--hydrated", type=Path, help="folder made by hydrate, for the split published")
    cross.add_argument("-o", "--output", type=Path, required=True)
    cross.set_defaults(run=_predict_stories)

    score = verbs.add_parser("score", help="score a prediction file against gold")
    score.add_argument("file", type=Path)
    gold = score.add_mutually_exclusive_group()
    gold.add_argument("--split", choices=_SPLITS, default="test")
    gold.add_argument("--gold", type=Path, help="gold of your own: JSON Lines or Parquet of records")
    gold.add_argument(
        "--bio", type=Path, metavar="GOLD", help="gold and FILE are columns of tokens, the tag in the last"
    )
    score.add_argument("--scheme", help="of the tags: iob2, iobes, bilou refuse; conlleval, discard repair and count")
    score.add_argument(
        "--stories", type=Path, metavar="FILE", help="cross-document records of the system, as JSON Lines"
    )
    score.add_argument(
        "--gold-stories", type=Path, metavar="FILE", help="those of your own gold, where --gold is given"
    )
    score.add_argument("--layer", help="only the metrics of one layer, such as mentions, factuality or stories")
    score.add_argument("--resamples", type=_whole(0, 100_000), default=1_000, metavar="N", help="0 for no intervals")
    score.add_argument("--seed", type=_whole(-(2**63), 2**63), default=13)
    score.add_argument(
        "--slices", action="store_true", help="also figures by type, nesting, source, outlet, length ..."
    )
    score.add_argument("--signature", help="run again what a printed signature says, on the same data")
    score.add_argument("--engine", choices=("serial", "processes", "dask"), default="serial")
    score.add_argument("--workers", type=_whole(1, 256), default=2, metavar="N")
    score.add_argument("--scheduler", default="", metavar="tcp://HOST:PORT", help="of a running Dask cluster")
    written = score.add_mutually_exclusive_group()
    written.add_argument("--json", action="store_true")
    written.add_argument("--format", choices=("table", "csv", "latex", "markdown"), default="table")
    score.add_argument(
        "--html", type=Path, metavar="PAGE", help="also write a page: figures, confusions, errors on the text"
    )
    score.add_argument(
        "--documents", type=_whole(0, 1_000), default=20, metavar="N", help="of how many it lists errors"
    )
    score.add_argument(
        "--hydrated", type=Path, metavar="DIR", help="folder of DOC.txt, as hydrate makes: texts for the page"
    )
    score.set_defaults(run=_score)

    compare = verbs.add_parser("compare", help="differences of systems, with paired intervals and permutation tests")
    compare.add_argument("files", nargs="+", type=Path, metavar="FILE", help="prediction files, two or more")
    gold = compare.add_mutually_exclusive_group()
    gold.add_argument("--split", choices=_SPLITS, default="test")
    gold.add_argument("--gold", type=Path, help="gold of your own: JSON Lines or Parquet of records")
    compare.add_argument(
        "--stories",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="cross-document records, one for each system",
    )
    compare.add_argument(
        "--gold-stories", type=Path, metavar="FILE", help="those of your own gold, where --gold is given"
    )
    compare.add_argument("--layer", help="only the head figures of one layer")
    compare.add_argument("--metric", action="append", default=[], help="beside the head figures; may be repeated")
    compare.add_argument("--slices", action="store_true", help="also differences by type, nesting, source, outlet ...")
    compare.add_argument("--resamples", type=_whole(0, 100_000), default=1_000, metavar="N", help="0 for no intervals")
    compare.add_argument("--seed", type=_whole(-(2**63), 2**63), default=13)
    compare.add_argument("--json", action="store_true")
    compare.set_defaults(run=_compare)

    metrics = verbs.add_parser("metrics", help="every metric with formula, convention and paper")
    metrics.add_argument("--json", action="store_true")
    metrics.set_defaults(run=_metrics)


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{value!r} is no whole number") from None
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{number} is not between {low} and {high}")
        return number

    return parse


def _add_corpus(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = verbs.add_parser("check", help="findings in texts, gold, guidelines and the whole corpus")
    check.add_argument("files", nargs="*", type=Path, help="records to check; the whole corpus where left out")
    check.add_argument("--text", type=Path, help="the text of the one record given")
    check.add_argument("--guidelines", action="store_true", help="the files are guideline pages")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_check)

    build = verbs.add_parser("build", help="make Parquet, card, schema and counts tables")
    build.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where a file differs from what is built"
    )
    build.add_argument("--json", action="store_true")
    build.set_defaults(run=_build)

    runs = verbs.add_parser("runs", help="hash the word runs of a published article (maintainers)")
    runs.add_argument("doc")
    runs.add_argument("--text", type=Path, required=True)
    runs.set_defaults(run=_runs)


def _add_annotate(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    layout = verbs.add_parser("layout", help="regions, sentences and tokens of a new document")
    layout.add_argument("doc")
    layout.add_argument("parts", nargs="+", help="such as headline=1 body=3-")
    layout.add_argument("--text", type=Path, help="the text, where it does not lie in corpus/articles/")
    layout.set_defaults(run=_layout)

    sentences = verbs.add_parser("sentences", help="numbered sentences of a document, to quote from")
    sentences.add_argument("doc")
    sentences.add_argument("--text", type=Path)
    sentences.add_argument("--json", action="store_true")
    sentences.set_defaults(run=_sentences)

    quote = verbs.add_parser("quote", help="turn quoted annotation into a record and check it")
    quote.add_argument("file", type=Path)
    quote.add_argument("--doc", required=True)
    quote.add_argument("--text", type=Path)
    quote.add_argument("--guidelines", default=GUIDELINES, help="the version that the annotation follows")
    quote.add_argument(
        "--gold", action="store_true", help="write gold: with surfaces where allowed, and the origin of each item"
    )
    quote.add_argument("-o", "--output", type=Path, help="where to write the record; without it, only check")
    quote.set_defaults(run=_quote)

    unquote = verbs.add_parser("unquote", help="write a record as quoted annotation")
    unquote.add_argument("file", type=Path)
    unquote.add_argument("--text", type=Path)
    unquote.set_defaults(run=_unquote)

    agreement = verbs.add_parser(
        "agreement", help="agreement of annotators by layer and attribute, and their differences"
    )
    agreement.add_argument(
        "annotators", nargs="*", default=["forward", "hunter"], help="two or more, all pairs of them; gold is one"
    )
    agreement.add_argument("--all", action="store_true", help="all pairs of those who made passes")
    agreement.add_argument("--doc", action="append", help="only these documents")
    agreement.add_argument("--differences", action="store_true", help="list every difference with the text around it")
    agreement.add_argument("--text", type=Path, help="the text of the one document that --doc names")
    agreement.add_argument("--hydrated", type=Path, metavar="DIR", help="folder of DOC.txt, as hydrate makes")
    agreement.add_argument(
        "--resamples", type=_whole(0, 100_000), default=1_000, metavar="N", help="0 for no intervals"
    )
    agreement.add_argument("--seed", type=_whole(-(2**63), 2**63), default=13)
    agreement.add_argument(
        "--html", type=Path, metavar="PAGE", help="also write a page: figures, confusions, differences"
    )
    agreement.add_argument("--json", action="store_true")
    agreement.set_defaults(run=_agreement)

    adjudicate = verbs.add_parser("adjudicate", help="two passes over a document to its gold")
    steps = adjudicate.add_subparsers(dest="step", required=True, metavar="STEP")
    start = steps.add_parser("start", help="write what both say, and both versions of what is open")
    start.add_argument("docs", nargs="+", metavar="DOC", help="one document; several with --label-studio or --push")
    start.add_argument("--passes", nargs=2, required=True, metavar="NAME", help="the annotators of the two passes")
    start.add_argument(
        "--label-studio",
        action="store_true",
        help="tasks of a project of the layer adjudication, not quoted annotation",
    )
    start.add_argument("--text", type=Path, help="the text, where the corpus holds none")
    to = start.add_mutually_exclusive_group(required=True)
    to.add_argument("-o", "--output", type=Path)
    to.add_argument("--push", action="store_true", help="to the project `Reportedly: adjudication` on a server")
    _add_server(start, "Reportedly: adjudication")
    start.add_argument("--json", action="store_true")
    start.set_defaults(run=_adjudicate_start)
    finish = steps.add_parser("finish", help="make gold of the decided file; refused while one item is undecided")
    by = finish.add_mutually_exclusive_group(required=True)
    by.add_argument(
        "file", type=Path, nargs="?", help="what start wrote, decided; or an export of Label Studio (.json)"
    )
    by.add_argument("--pull", action="store_true", help="what was decided in the project on a server")
    finish.add_argument("--doc", action="append", default=[], help="with --pull: only these documents")
    _add_server(finish, "Reportedly: adjudication")
    finish.add_argument("--text", type=Path, help="the text, where the corpus holds none")
    finish.add_argument("--guidelines", default=GUIDELINES, help="the version that gold follows")
    finish.add_argument("--replace", action="store_true", help="in place of other gold that is there")
    finish.add_argument("-o", "--output", required=True, help="gold (its place in the corpus) or a file")
    finish.add_argument("--json", action="store_true")
    finish.set_defaults(run=_adjudicate_finish)


def _add_labelstudio(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parent = verbs.add_parser("labelstudio", help="configurations, tasks and annotations of Label Studio")
    parts = parent.add_subparsers(dest="part", required=True, metavar="PART")

    config = parts.add_parser("config", help="the labelling configuration of a layer")
    config.add_argument("--layer", choices=_PROJECTS, default="all")
    config.add_argument("--write", action="store_true", help="put all of them into annotations/label_studio/")
    config.add_argument("--instructions", action="store_true", help="the annotators' instructions instead, as HTML")
    config.add_argument("--page", help="address of a guideline page, with {page} and {anchor} in it")
    config.add_argument("--json", action="store_true")
    config.set_defaults(run=_ls_config)

    export = parts.add_parser("export", help="documents as tasks, pre-annotated from gold, a pass or a system")
    _add_tasks(export)
    export.add_argument("-o", "--output", type=Path, required=True)
    export.set_defaults(run=_ls_export)

    push = parts.add_parser("push", help="documents to a project on a server: makes it, or adds what it lacks")
    _add_tasks(push)
    _add_server(push)
    push.add_argument("--annotators", type=int, default=2, metavar="N", help="how many annotate each document (2)")
    push.set_defaults(run=_ls_push)

    pull = parts.add_parser("pull", help="what annotators submitted on a server to passes")
    pull.add_argument("docs", nargs="*", metavar="DOC", help="documents; all that the project has where left out")
    pull.add_argument("--layer", choices=_ANNOTATED, required=True)
    _add_server(pull)
    _add_passes(pull)
    pull.set_defaults(run=_ls_pull)

    read = parts.add_parser("import", help="an export of Label Studio (JSON or snapshot) to passes")
    read.add_argument("file", type=Path)
    read.add_argument("--doc", action="append", help="only these documents")
    _add_passes(read)
    read.set_defaults(run=_ls_import)


def _add_tasks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("docs", nargs="*", metavar="DOC", help="documents; all that the origin has where left out")
    parser.add_argument("--layer", choices=_ANNOTATED, required=True)
    parser.add_argument(
        "--from", dest="origin", default="gold", help="gold, layout (nothing), an annotator, or a file of predictions"
    )
    parser.add_argument("--blank", action="store_true", help="give the layers below, and leave the layer itself empty")
    parser.add_argument("--hydrated", type=Path, help="folder made by hydrate, for the published articles")
    parser.add_argument("--json", action="store_true")


def _add_server(parser: argparse.ArgumentParser, title: str = "Reportedly: LAYER") -> None:
    parser.add_argument(
        "--url",
        default=os.environ.get("LABEL_STUDIO_URL", "http://127.0.0.1:8080"),
        help="address of the server (LABEL_STUDIO_URL); the token is read from LABEL_STUDIO_API_KEY",
    )
    parser.add_argument("--title", help=f"title of the project, where it is not `{title}`")
    parser.add_argument("--project", type=int, metavar="N", help="number of the project, where titles do not tell it")


def _add_passes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--annotator", action="append", default=[], metavar="USER=NAME", help="the pass of a user (e-mail or number)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing, only say what would be")
    parser.add_argument("--json", action="store_true")


def _corpus() -> Corpus:
    from .corpus import Corpus
    from .labels import data_root

    return Corpus(data_root())


def _text(record: Document, path: Path | None) -> str:
    from .text import text_of

    return text_of(record, _corpus().source(record.doc, path))


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _dump(value: object) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False))


def _demo(args: argparse.Namespace) -> int:
    from .demo import run

    run(args.output)
    return 0


def _stats(args: argparse.Namespace) -> int:
    from .report.tables import print_table
    from .report.variety_table import print_variety
    from .stats import COUNTED, statistics
    from .variety import variety

    corpus = _corpus()
    found, varied = statistics(corpus), variety(corpus, args.hydrated)
    if args.json:
        _dump(found | {"variety": varied})
        return 0
    groups = [
        ("total", found["total"]),
        *found["collections"].items(),
        *found["splits"].items(),
        *found["documents"].items(),
    ]
    print_table(("", *COUNTED), [(name, *(f"{v[k]:,}" for k in COUNTED)) for name, v in groups])
    print()
    print_variety(varied)
    return 0


def _hydrate(args: argparse.Namespace) -> int:
    from .hydrate import hydrate, summary, write

    outcome = hydrate(args.folder, _corpus())
    write(outcome, args.output)
    if args.json:
        _dump(summary(outcome))
    else:
        for p in outcome.placed:
            names = (
                f"; not placed: {', '.join(p.unplaced[:12])}{' ...' if len(p.unplaced) > 12 else ''}"
                if p.unplaced
                else ""
            )
            print(f"{p.doc}: coverage {p.coverage:.3f} ({p.placed} of {p.spans} spans), from {p.path}{names}")
        if outcome.missing:
            print(f"no copy of: {', '.join(outcome.missing)}")
    for reason in outcome.refused.values():
        _say(f"reportedly: {reason}")
    return 1 if outcome.refused else 0


def _convert(args: argparse.Namespace) -> int:
    from .convert import Options
    from .convert.run import convert, write

    options = Options(scheme=args.scheme, texts=args.texts, story=args.story)
    outcome = convert(args.input, args.source, args.target, args.output, options)
    write(outcome)
    if args.json:
        _dump(outcome.to_json())
    for line in outcome.lines():
        _say(line)
    return 0


def _view(args: argparse.Namespace) -> int:
    from .corpus import write_atomically
    from .errors import UsageError
    from .report.sources import of_split, of_target
    from .report.view import page

    if (args.target is None) == (args.split is None):
        raise UsageError("view: name a document or file, or a --split")
    shown = of_split(_corpus(), args.split) if args.split else of_target(_corpus(), args.target, args.text)
    write_atomically(args.output, page(shown).encode())
    _say(f"{args.output}: {len(shown)} document{'s' if len(shown) != 1 else ''}")
    return 0


def _story(args: argparse.Namespace) -> int:
    from .corpus import write_atomically
    from .report.graphml import graphml
    from .report.story_page import page
    from .report.story_table import print_story
    from .reporting import quotes, reporting_graph, to_json

    corpus = _corpus()
    graph = reporting_graph(corpus, args.name)
    if args.graphml:
        write_atomically(args.graphml, graphml(graph))
    if args.output:
        write_atomically(args.output, page(graph, quotes(corpus, graph, args.hydrated)).encode())
    for path in filter(None, (args.output, args.graphml)):
        _say(f"{path}: {len(graph.documents)} documents, {len(graph.sources)} sources, {len(graph.claims)} claims")
    if args.json:
        _dump(to_json(graph))
    elif not args.output and not args.graphml:
        print_story(graph)
    return 0


def _predict(args: argparse.Namespace) -> int:
    from .baselines.run import predict_split

    n = predict_split(args.split, args.output, hydrated=args.hydrated)
    _say(f"{args.output}: {n} documents; next: reportedly score {args.output} --split {args.split}")
    return 0


def _predict_stories(args: argparse.Namespace) -> int:
    from .baselines.cross import predict_stories

    n = predict_stories(args.split, args.predictions, args.output, args.system, args.hydrated)
    _say(f"{args.output}: {n} stories; next: reportedly score FILE --split {args.split} --stories {args.output}")
    return 0


def _score(args: argparse.Namespace) -> int:
    from dataclasses import replace

    if args.bio or args.scheme:
        return _score_tags(args)
    from .report.comparison import print_slices
    from .report.formats import WRITERS
    from .report.tables import notes, print_scores
    from .scoring import check_signature, score_file
    from .signature import Settings, settings_of
    from .slicing import slices_json, slices_of

    settings = Settings(args.gold.name if args.gold else args.split, args.layer or "", args.resamples, args.seed)
    if args.signature:
        settings = replace(settings_of(args.signature, settings))
    gold, stories = _gold(args)
    options = {"engine": args.engine, "workers": args.workers, "scheduler": args.scheduler}
    options["progress"] = _progress(sys.stderr.isatty())
    more: dict[str, Any] = {"keep": "slices" if args.slices else "sums", "known_labels": not args.gold, **options}
    if args.stories:
        from .story_scoring import score_stories

        scores = score_stories(args.file, gold, settings, _gold_stories(args), args.stories, units=stories, **more)
    else:
        scores = score_file(args.file, gold, settings, stories=stories, **more)
    if args.signature:
        check_signature(scores, args.signature)
    if args.html:
        from .report.scored import write_page

        where = {"split": args.split, "gold": args.gold, "hydrated": args.hydrated, "first": args.documents}
        write_page(args.html, args.file, scores, **where, **options)
        _say(f"{args.html}: {scores.documents:,} documents")
    slices = slices_of(scores, _articles(args)) if args.slices else {}
    if args.json:
        _dump(scores.to_json() | ({"slices": slices_json(slices)} if args.slices else {}))
    elif args.format in WRITERS:
        print(WRITERS[args.format](scores), end="")
        _say("\n".join(notes(scores)))
    else:
        print_scores(scores)
        print_slices(slices)
    return 0


def _gold(args: argparse.Namespace) -> tuple[Path | dict[str, Document], dict[str, str]]:
    """Return gold of the user's own or of a split, and the stories of the corpus for the latter."""
    if args.gold:
        return args.gold, {}
    from .dataset import gold, stories

    return gold(args.split), stories()


def _gold_stories(args: argparse.Namespace) -> GoldStories:
    from .labels import data_root
    from .story_scoring import gold_stories

    return gold_stories(args.gold_stories, None if args.gold else data_root())


def _articles(args: argparse.Namespace) -> dict[str, Article]:
    return {} if args.gold else _corpus().articles


def _compare(args: argparse.Namespace) -> int:
    from .compare import Across, compare_files
    from .report.comparison import print_comparison
    from .signature import Settings

    gold, stories = _gold(args)
    found = compare_files(
        args.files,
        gold,
        Settings(args.gold.name if args.gold else args.split, args.layer or "", args.resamples, args.seed),
        stories=stories,
        metrics=args.metric,
        slices=args.slices,
        articles=_articles(args),
        progress=_progress(sys.stderr.isatty()),
        across=Across(_gold_stories(args), args.stories) if args.stories else None,
    )
    if args.json:
        _dump(found.to_json())
    else:
        print_comparison(found)
    return 0


def _score_tags(args: argparse.Namespace) -> int:
    from .bio import METRICS_OF_TAGS, read_pair, settings_for
    from .errors import UsageError
    from .report.formats import WRITERS
    from .report.tables import notes, print_scores
    from .scoring import check_signature, lines_of, score

    if not (args.bio and args.scheme):
        raise UsageError("score: --bio GOLD and --scheme go together")
    if args.layer or args.html or args.slices:
        raise UsageError("score --bio: tags are mentions without a text: leave out --layer, --html and --slices")
    settings = settings_for(args.bio, args.scheme, args.resamples, args.seed, args.signature)
    pair = read_pair(args.bio, args.file, args.scheme)
    scores = score(
        lines_of(pair.gold, str(args.bio)),
        lines_of(pair.system, str(args.file)),
        settings,
        engine=args.engine,
        workers=args.workers,
        scheduler=args.scheduler,
        metrics=METRICS_OF_TAGS,
    )
    if args.signature:
        check_signature(scores, args.signature)
    if args.json:
        _dump(scores.to_json() | {"repairs": {"gold": pair.gold_repairs, "system": pair.system_repairs}})
    else:
        repaired = f"repaired tags: {pair.gold_repairs:,} of gold, {pair.system_repairs:,} of the system"
        if args.format in WRITERS:
            print(WRITERS[args.format](scores), end="")
            _say("\n".join((*notes(scores), repaired)))
        else:
            print_scores(scores)
            print(repaired)
    return 0


def _progress(shown: bool) -> Callable[[int], None] | None:
    def say(documents: int) -> None:
        if documents >= 5_000:
            print(f"\r{documents:,} documents", end="", file=sys.stderr, flush=True)

    return say if shown else None


def _metrics(args: argparse.Namespace) -> int:
    from .metrics import ALL_METRICS
    from .metrics.about import about

    found = [about(name, m) for name, m in ALL_METRICS.items()]
    if args.json:
        _dump([a._asdict() for a in found])
        return 0
    for a in found:
        print(f"{a.name}\n    {a.formula}\n    {a.convention}\n    {a.paper}; needs {', '.join(a.layers)}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from .checks.corpus import check_corpus
    from .checks.files import check_files
    from .checks.guidelines import check_pages
    from .checks.names import gazetteers_installed
    from .errors import UsageError

    if args.guidelines and not args.files:
        raise UsageError("check --guidelines: name the pages")
    if args.guidelines:
        findings = check_pages(args.files)
    elif args.files:
        findings = check_files(args.files, args.text, _corpus())
    else:
        findings = check_corpus(_corpus())
        if not gazetteers_installed():
            _say("names of fictional worlds were not compared with gazetteers: install the extra `gazetteer`")
    if args.json:
        _dump([f._asdict() for f in findings])
    else:
        for finding in findings:
            print(finding)
    _say(f"{len(findings)} finding{'s' if len(findings) != 1 else ''}")
    return 1 if findings else 0


def _build(args: argparse.Namespace) -> int:
    from .build import compare, make, write

    corpus = _corpus()
    built = make(corpus)
    if not args.check:
        write(corpus, built)
    differing = compare(corpus, built) if args.check else []
    if args.json:
        _dump({"files": sorted(built.files), "digest": built.digest, "differing": differing})
    else:
        for path in differing:
            print(path)
        verdict = (
            f"{len(differing)} differ: run `reportedly build`"
            if differing
            else "up to date"
            if args.check
            else "written"
        )
        print(f"{len(built.files)} generated files, data {built.digest[:12]}: {verdict}")
    return 1 if differing else 0


def _runs(args: argparse.Namespace) -> int:
    import msgspec

    from .corpus import write_atomically
    from .runs import make_runs, salt_of

    corpus = _corpus()
    record = corpus.layout(args.doc)
    made = make_runs(record, _text(record, args.text), salt_of(corpus.root))
    write_atomically(corpus.root / "annotations" / "runs" / f"{args.doc}.json", msgspec.json.encode(made) + b"\n")
    return 0


def _layout(args: argparse.Namespace) -> int:
    from .corpus import LAYOUT, encode, write_atomically
    from .layout import make_layout
    from .text import read_text

    corpus = _corpus()
    record = make_layout(args.doc, read_text(corpus.source(args.doc, args.text)), args.parts)
    write_atomically(corpus.pass_path(LAYOUT, args.doc), encode(record))
    _say(f"{args.doc}: {len(record.regions or ())} regions, {len(record.sentences or ())} sentences")
    return 0


def _sentences(args: argparse.Namespace) -> int:
    from .layout import numbered

    layout = _corpus().layout(args.doc)
    rows = numbered(layout, _text(layout, args.text))
    if args.json:
        _dump([{"sentence": n, "region": kind, "text": text} for n, kind, text in rows])
    else:
        for n, kind, text in rows:
            print(f"{n:3} {kind:11} {text}")
    return 0


def _quote(args: argparse.Namespace) -> int:
    from .annotate import gold_of, resolve
    from .checks import check_record
    from .corpus import encode, write_atomically

    corpus = _corpus()
    layout = corpus.layout(args.doc)
    text = _text(layout, args.text)
    record = resolve(layout, args.file, text, args.guidelines)
    findings = check_record(record, text)
    for finding in findings:
        print(finding)
    layers = ("mentions", "events", "attributions", "factuality", "claims")
    counts = ", ".join(f"{len(getattr(record, layer) or ())} {layer}" for layer in layers)
    _say(f"{args.doc}: {counts}; {len(findings)} findings")
    if args.output and not findings:
        write_atomically(args.output, encode(gold_of(corpus, record, text) if args.gold else record))
    return 1 if findings else 0


def _unquote(args: argparse.Namespace) -> int:
    from .checks import USABLE, refuse
    from .corpus import read_record
    from .quoting import write_quotes

    record = read_record(args.file)
    text = _text(record, args.text)
    refuse(record, text, str(args.file), USABLE)
    print(write_quotes(record, text), end="")
    return 0


def _agreement(args: argparse.Namespace) -> int:
    from .corpus import write_atomically
    from .pairwise import report, texts_of
    from .report.agreement_page import page
    from .report.agreement_table import print_differences, print_report

    corpus = _corpus()
    names = [] if args.all else args.annotators
    found = report(corpus, names, args.doc, resamples=args.resamples, seed=args.seed)
    texts = texts_of(corpus, found, args.text, args.hydrated)
    if args.html:
        write_atomically(args.html, page(found, texts).encode())
        _say(f"{args.html}: {len(found.pairs)} pair{'s' if len(found.pairs) != 1 else ''} of annotators")
    if args.json:
        _dump(found.to_json(texts))
    elif args.differences:
        print_differences(found, texts)
    else:
        print_report(found)
    return 0


def _adjudicate_start(args: argparse.Namespace) -> int:
    from .adjudicate import server as on_server
    from .adjudicate.run import start
    from .labelstudio.client import Server, read_token

    corpus, where, pushed = _corpus(), args.output, None
    if args.push:
        known = {"title": args.title, "project": args.project}
        with Server(args.url, read_token(), say=_say) as server:
            found, pushed = on_server.start(server, corpus, args.docs, args.passes, args.text, **known, say=_say)
        where = f"project {pushed.project}"
    else:
        found = start(corpus, args.docs, args.passes, args.text, args.output, tasks=args.label_studio)
    if args.json:
        started = [f._asdict() for f in found]
        _dump(started if pushed is None else {"documents": started, **pushed._asdict()})
    for f in found:
        _say(f"{where}: {f.doc}: {f.agreed} items agreed, {f.open} to decide, {f.following} that follow")
    if pushed is not None:
        _say(
            f"{where}: {len(pushed.created)} documents added, {len(pushed.kept)} were there; decide at {pushed.stream}"
        )
    return 0


def _adjudicate_finish(args: argparse.Namespace) -> int:
    from .adjudicate import server as on_server
    from .adjudicate.run import finish
    from .errors import UsageError
    from .labelstudio.client import Server, read_token

    corpus, options = _corpus(), (args.text, args.output, args.guidelines)
    if args.pull:
        known = {"title": args.title, "project": args.project}
        with Server(args.url, read_token(), say=_say) as server:
            found = on_server.finish(server, corpus, args.doc, *options, **known, replace=args.replace)
    elif args.doc:
        raise UsageError(f"--doc {args.doc[0]}: chooses among the documents on a server: leave it out, or give --pull")
    else:
        found = finish(corpus, args.file, *options, replace=args.replace)
    if args.json:
        _dump([f._asdict() | {"path": str(f.path)} for f in found])
    else:
        for f in found:
            print(f"{f.path}: {f.status}; origins: {', '.join(f'{k} {n}' for k, n in f.origins.items())}")
    return 0


def _ls_config(args: argparse.Namespace) -> int:
    from .corpus import write_atomically
    from .labelstudio.config import PAGE, digest, files, instructions, make

    if args.write:
        for path, data in files().items():
            write_atomically(_corpus().root / path, data)
            _say(path)
        return 0
    made = make(args.layer)
    shown = instructions(args.layer, args.page or PAGE) if args.instructions else made
    if args.json:
        _dump({"layer": args.layer, "digest": digest(made), "instructions" if args.instructions else "config": shown})
    else:
        print(shown.rstrip("\n"))
    return 0


def _ls_tasks(args: argparse.Namespace) -> Tasks:
    from .labelstudio.sources import make_tasks

    return make_tasks(
        _corpus(),
        args.layer,
        origin=args.origin,
        docs=args.docs or None,
        hydrated=args.hydrated,
        blank=args.blank,
    )


def _ls_export(args: argparse.Namespace) -> int:
    from .corpus import write_atomically
    from .labelstudio.sources import encode_tasks

    found = _ls_tasks(args)
    write_atomically(args.output, encode_tasks(found.tasks))
    if args.json:
        _dump({"documents": [t["data"]["doc"] for t in found.tasks], "left_out": list(found.left_out)})
    for reason in found.left_out:
        _say(reason)
    _say(f"{args.output}: {len(found.tasks)} tasks")
    return 0


def _ls_import(args: argparse.Namespace) -> int:
    from .labelstudio.exports import read_export

    _ls_place(args, read_export(args.file), args.doc)
    return 0


def _ls_place(args: argparse.Namespace, tasks: list[Task], docs: list[str] | None, **more: object) -> None:
    """Put the passes of exported tasks in place and report it; `more` goes into the JSON."""
    from .errors import UsageError
    from .labelstudio.exports import read_passes
    from .labelstudio.passes import write

    if bad := [pair for pair in args.annotator if "=" not in pair]:
        raise UsageError(f"--annotator {bad[0]}: write USER=NAME, such as anna@example.org=anna")
    corpus, names = _corpus(), dict(pair.rsplit("=", 1) for pair in args.annotator)
    found = read_passes(tasks, corpus, names=names, docs=docs)
    placed = write(corpus, found.passes, dry=args.check)
    if args.json:
        _dump(
            {
                "passes": [p._asdict() | {"path": str(p.path)} for p in placed],
                "repairs": [r._asdict() for r in found.repairs],
                "left_out": list(found.left_out),
                **more,
            }
        )
    else:
        for p in placed:
            print(f"{p.annotator} {p.doc} {', '.join(p.layers)}: {p.status}")
    for line in (*found.repairs, *(f"{reason}: left out" for reason in found.left_out)):
        _say(str(line))
    _say(f"{len(placed)} passes, {len(found.repairs)} repairs, {len(found.left_out)} left out")


def _ls_push(args: argparse.Namespace) -> int:
    from .labelstudio.client import Server, read_token
    from .labelstudio.config import instructions, make
    from .labelstudio.sync import Plan, push, title_of

    token = read_token()
    found = _ls_tasks(args)
    plan = Plan(
        args.title or title_of(args.layer), make(args.layer), found.tasks, args.annotators, instructions(args.layer)
    )
    with Server(args.url, token, say=_say) as server:
        pushed = push(server, plan, project=args.project, say=_say)
    if args.json:
        _dump({**pushed._asdict(), "left_out": list(found.left_out)})
    else:
        print(f"project {pushed.project}: {len(pushed.created)} documents added, {len(pushed.kept)} were there")
        print(f"annotators work at {pushed.stream}")
    for reason in found.left_out:
        _say(reason)
    return 0


def _ls_pull(args: argparse.Namespace) -> int:
    from .labelstudio.client import Server, read_token
    from .labelstudio.config import make
    from .labelstudio.sync import pull, title_of

    texts = {a.doc: a.text_sha256 for a in _corpus().articles.values()}
    with Server(args.url, read_token(), say=_say) as server:
        pulled = pull(
            server,
            args.title or title_of(args.layer),
            make(args.layer),
            texts,
            docs=args.docs,
            project=args.project,
        )
    for problem in (*pulled.refused, *pulled.missing):
        _say(f"reportedly: {problem}")
    _ls_place(args, pulled.tasks, None, project=pulled.project, refused=pulled.refused, missing=pulled.missing)
    return 1 if pulled.refused or pulled.missing else 0


if __name__ == "__main__":
    sys.exit(main())
