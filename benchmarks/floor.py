"""Below what no scorer of these files can go: CPU seconds of reading their lines, and of decoding them and no more.

python benchmarks/floor.py FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from reportedly.predictions import decode
from reportedly.stream import lines

FILES = ("gold.jsonl", "system.jsonl")


def main() -> None:
    folder = Path(sys.argv[1])
    start = time.process_time()
    for name in FILES:
        for _ in lines(folder / name):
            pass
    read = time.process_time() - start
    start = time.process_time()
    for name in FILES:
        for line in lines(folder / name):
            decode(line)
    print(json.dumps({"read": read, "decode": time.process_time() - start}))


if __name__ == "__main__":
    main()
