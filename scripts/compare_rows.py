"""Compares the rows that `datasets` gives with those of the Parquet files; prints one line, exits 1 on a difference."""

from __future__ import annotations

import json
import sys
import tempfile

import datasets

datasets.disable_progress_bars()

from reportedly import load  # noqa: E402
from reportedly.labels import data_root  # noqa: E402
from reportedly.tables import CONFIGS  # noqa: E402

with tempfile.TemporaryDirectory() as cache:
    rows = 0
    for config in CONFIGS:
        found = datasets.load_dataset(str(data_root() / "corpus"), config, cache_dir=cache)
        for split in found:
            ours = load(config, split)
            if json.dumps(list(found[split])) != json.dumps(ours):
                sys.exit(f"datasets {datasets.__version__}: {config}/{split} differs")
            rows += len(ours)
print(f"datasets {datasets.__version__}: {len(CONFIGS)} configs, {rows} rows, all equal")
