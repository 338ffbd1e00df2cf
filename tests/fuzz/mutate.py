"""Mutations: of plain values, of the text of JSON, of bytes."""

from __future__ import annotations

import json
import random
import re
from copy import deepcopy
from typing import Any

import msgspec

Value = Any

ODD: tuple[Value, ...] = (
    None, True, False, 0, -1, 1, 1.0, 1.5, 1e308, -0.0, 2**31 - 1, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63), 10**400,
    float("nan"), float("inf"), float("-inf"), "", " ", "0", "AUTHOR", "OUTLET", "-", "|", "a|tp", "\x00", "\n", "\x1b[31m",
    "\u202e", "\ud800", "\udc00x", "\U0001f600", "é", "x" * 5_000, "e0", "m0", "v0", "a0", "E0", "c0",
    [], {}, [[]], [{}], [[0, 0]], [[5, 3]], [[0, 2**31 - 1]], [[0, 1, 2]], [[0]], [[0.5, 2]], [None], {"": None}, {"id": {}},
)  # fmt: skip
KEYS = (
    "doc", "story", "id", "start", "end", "type", "head", "entity", "entities", "mentions", "events", "attributions", "factuality",
    "claims", "arguments", "parent", "source", "cue", "content", "chain", "tokens", "regions", "sentences", "surface", "x", "",
    "text_sha256", "\ud800", "event_links",
)  # fmt: skip


LOOKED_AT = 12
"""How many items of a list are places to change."""


def places(value: Value) -> list[tuple[Value, Any]]:
    """Return every place in a value as container and key."""
    found: list[tuple[Value, Any]] = []
    waiting = [value]
    while waiting:
        here = waiting.pop()
        for key in here if isinstance(here, dict) else range(min(len(here), LOOKED_AT)):
            found.append((here, key))
            if isinstance(here[key], dict | list):
                waiting.append(here[key])
    return found


def mutated(at: random.Random, value: dict[str, Value]) -> dict[str, Value]:
    """Change some places of a record, in it."""
    for _ in range(at.choice((1, 1, 1, 2, 3, 8))):
        known = places(value)
        if not known:
            break
        here, key = at.choice(known)
        at.choice(_CHANGES)(at, here, key, known)
    return value


def _odd(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    here[key] = deepcopy(at.choice(ODD))


def _other(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    """Take the value of another place, most often one of the same name."""
    like = [(h, k) for h, k in known if k == key] if at.random() < 0.7 else known
    there, name = at.choice(like)
    here[key] = deepcopy(there[name])


def _number(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    numbers = [(h, k) for h, k in known if type(h[k]) is int]
    if numbers:
        here, key = at.choice(numbers)
        here[key] = at.choice(
            (here[key] + 1, here[key] - 1, -here[key], here[key] * 2, here[key] ^ 1 << at.randrange(40))
        )


def _delete(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    if key != "doc" or at.random() < 0.1:
        del here[key]


def _repeat(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    lists = [h[k] for h, k in known if isinstance(h[k], list) and h[k]]
    if lists:
        items = at.choice(lists)
        new = deepcopy(at.choice(items))
        if isinstance(new, dict) and "id" in new and at.random() < 0.8:
            new["id"] = f"{new['id']}+{at.randrange(1000)}"
        items.insert(at.randrange(len(items) + 1), new)


def _key(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    if isinstance(here, dict):
        here[at.choice(KEYS)] = deepcopy(at.choice(ODD) if at.random() < 0.5 else here[key])


def _wrap(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    value = here[key]
    for _ in range(at.choice((1, 2, 50))):
        value = [value] if at.random() < 0.5 else {"id": value}
    here[key] = value


def _point(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    """Let something name another item, itself perhaps: cycles, wrong kinds."""
    names = [
        (h, k)
        for h, k in known
        if k in ("target", "parent", "source", "head", "event", "entity", "node", "source_entity")
    ]
    ids = [h[k] for h, k in known if k == "id"]
    if names and ids:
        here, key = at.choice(names)
        here[key] = deepcopy(at.choice(ids))


def _shuffle(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    for h, k in known:
        if isinstance(h[k], list):
            at.shuffle(h[k])


def _layer(at: random.Random, here: Value, key: Any, known: list[tuple[Value, Any]]) -> None:
    top = known[0][0]
    name = at.choice([k for k in top if k != "doc"] or ["mentions"])
    top[name] = at.choice(([], None))


_CHANGES = (
    _odd, _other, _other, _number, _number, _number, _delete, _repeat, _repeat, _key, _wrap, _point, _point, _point,
    _shuffle, _shuffle, _layer, _layer,
)  # fmt: skip


def text_of(at: random.Random, value: Value) -> str:
    """Return a value as JSON, escaped or not, its spaces at random, its keys sometimes out of order."""
    if isinstance(value, dict) and at.random() < 0.1:
        names = list(value)
        at.shuffle(names)
        value = {n: value[n] for n in names}
    try:
        if at.random() < 0.7:
            return msgspec.json.encode(value).decode()
    except (msgspec.MsgspecError, UnicodeEncodeError, OverflowError, TypeError, ValueError):
        pass
    try:
        text = json.dumps(value, ensure_ascii=at.random() < 0.5, separators=at.choice(((",", ":"), (", ", ": "))))
    except (ValueError, TypeError):
        text = "{}"
    return text


def broken(at: random.Random, text: str) -> str:
    """Change the text of a record: repeated keys, deep nesting, numbers that JSON has not, characters."""
    if not text:
        return at.choice(("", " ", "null", "[]", '"doc"', "{}"))
    kind = at.randrange(7)
    spot = at.randrange(len(text))
    if kind == 0:
        name, value = at.choice(("doc", "id", "start", "mentions")), at.choice(('"d"', "0", "[]"))
        return text.replace("{", f'{{"{name}":{value},', at.randrange(1, 3))
    if kind == 1:
        deep = at.choice((2, 100, 1_100, 100_000))
        return at.choice(("[" * deep, '{"doc":' * deep, '{"doc":"d","x":' + "[" * deep + "]" * deep + "}"))
    if kind == 2:
        number = at.choice(("NaN", "-Infinity", "1e400", "1e5", "0x10", "01", "-0", "9" * 400, "1.", "+1", "1_0"))
        return re.sub(r"\d+", number, text, count=at.randrange(1, 4))
    if kind == 3:
        return text[:spot] + at.choice('{}[]",:\\\x00\x1f\u2028é\U0001f600') + text[spot:]
    if kind == 4:
        return text[:spot]
    if kind == 5:
        return text[:spot] + text[spot + at.randrange(1, 9) :]
    return text.replace(
        '"id": "', '"id": "' + at.choice(("\\ud800", "\\u0000", "\\ud83d\\ude00", "\\x", "y" * 100_000)), 1
    )


def flipped(at: random.Random, data: bytes) -> bytes:
    """Change bytes: flip, cut, take out, repeat, put in invalid UTF-8."""
    if not data:
        return at.choice((b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\n\n\n"))
    changed = bytearray(data)
    for _ in range(at.choice((1, 1, 3, 20))):
        if not changed:
            break
        spot = at.randrange(len(changed))
        kind = at.randrange(6)
        if kind == 0:
            changed[spot] ^= 1 << at.randrange(8)
        elif kind == 1:
            del changed[spot:]
        elif kind == 2:
            del changed[spot : spot + at.randrange(1, 30)]
        elif kind == 3:
            changed[spot:spot] = changed[spot : spot + at.randrange(1, 60)]
        elif kind == 4:
            changed[spot:spot] = at.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xef\xbb\xbf", b"\x00", b"\n", b"\r\n"))  # fmt: skip
        else:
            changed[spot] = at.randrange(256)
    return bytes(changed)
