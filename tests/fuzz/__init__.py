"""A fuzzer of whatever the harness reads: every input is scored, or refused by a message that helps.

`python -m tests.fuzz --seconds N --seed S` runs it for long; `tests/test_fuzz.py` runs a bounded part.
"""
