"""The command `reportedly`: verbs only, no logic."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import DataError, ReportedlyError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 fine, 1 findings or refused data, 2 used wrongly."""
    parser = _parser()
    args = parser.parse_args(argv)
    try:
        return int(args.run(args))
    except ReportedlyError as error:
        print(f"reportedly: {error}", file=sys.stderr)
        return error.status
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("reportedly: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reportedly", description="Who reports what, on whose word?")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    layout = verbs.add_parser("layout", help="regions, sentences and tokens of a new document")
    layout.add_argument("doc")
    layout.add_argument("parts", nargs="+", help="such as headline=1 body=3-")
    layout.add_argument("--text", type=Path, help="the text, where it does not lie in corpus/articles/")
    layout.set_defaults(run=_layout)

    sentences = verbs.add_parser("sentences", help="numbered sentences of a document, to quote from")
    sentences.add_argument("doc")
    sentences.add_argument("--text", type=Path)
    sentences.set_defaults(run=_sentences)

    quote = verbs.add_parser("quote", help="turn quoted annotation into a record and check it")
    quote.add_argument("file", type=Path)
    quote.add_argument("--doc", required=True)
    quote.add_argument("--text", type=Path)
    quote.add_argument("-o", "--output", type=Path, help="where to write the record; without it, only check")
    quote.set_defaults(run=_quote)

    check = verbs.add_parser("check", help="findings in gold, guidelines and the whole corpus")
    check.add_argument("files", nargs="*", type=Path)
    check.add_argument("--guidelines", action="store_true", help="the files are guideline pages")
    check.set_defaults(run=_check)
    return parser


def _corpus():  # type: ignore[no-untyped-def]
    from .corpus import Corpus
    from .labels import data_root

    return Corpus(data_root())


def _text(args: argparse.Namespace) -> str:
    from .text import read_text

    return read_text(args.text or _corpus().text_path(args.doc))


def _layout(args: argparse.Namespace) -> int:
    from .corpus import LAYOUT, encode, write_atomically
    from .layout import make_layout

    record = make_layout(args.doc, _text(args), args.parts)
    write_atomically(_corpus().pass_path(LAYOUT, args.doc), encode(record))
    print(f"{args.doc}: {len(record.regions or ())} regions, {len(record.sentences or ())} sentences", file=sys.stderr)
    return 0


def _sentences(args: argparse.Namespace) -> int:
    from .corpus import LAYOUT, read_record
    from .layout import numbered

    for n, kind, text in numbered(read_record(_corpus().pass_path(LAYOUT, args.doc)), _text(args)):
        print(f"{n:3} {kind:11} {text}")
    return 0


def _quote(args: argparse.Namespace) -> int:
    import msgspec

    from .checks import check_record
    from .corpus import LAYOUT, encode, read_record, write_atomically
    from .quoting import read_quotes
    from .text import read_text

    text = _text(args)
    layout = read_record(_corpus().pass_path(LAYOUT, args.doc))
    record = read_quotes(read_text(args.file), doc=args.doc, text=text, sentences=layout.sentences or (), name=str(args.file))
    full = msgspec.structs.replace(
        record, text_sha256=layout.text_sha256, regions=layout.regions, sentences=layout.sentences, tokens=layout.tokens
    )
    findings = check_record(full, text)
    for finding in findings:
        print(finding)
    counts = ", ".join(f"{len(getattr(full, layer) or ())} {layer}" for layer in ("mentions", "events", "attributions", "factuality", "claims"))
    print(f"{args.doc}: {counts}; {len(findings)} findings", file=sys.stderr)
    if args.output and not findings:
        write_atomically(args.output, encode(full))
    return 1 if findings else 0


def _check(args: argparse.Namespace) -> int:
    from .checks.guidelines import check_pages

    findings = check_pages(args.files)
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
