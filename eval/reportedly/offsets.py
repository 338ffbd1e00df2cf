"""Tokens of a record as they stand in its line: told apart only where one of them is asked for.

A scorer asks for the end of the text, and whether items stand on tokens; to make a pair of each of hundreds of tokens
would cost more than to decode all else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import msgspec

from .records import Span, Spans

_WHITE, _DIGITS = b" \t\r\n", b"0123456789"
_AS_ZERO = bytes.maketrans(_DIGITS, b"0" * len(_DIGITS))
_TOO_LONG = b"0" * 10
"""A number of fewer digits than these is an offset; one of as many may not be."""

_decoder = msgspec.json.Decoder(Spans)


def tokens_of(data: bytes | msgspec.Raw) -> Spans | Tokens:
    """Return the tokens of a piece of well-formed JSON; raises `msgspec.DecodeError` where it is no list of spans."""
    text = bytes(data)
    shape = text.translate(None, _DIGITS + _WHITE)
    size = len(shape) // 4
    if size and shape == b"[" + b"[,]," * (size - 1) + b"[,]]" and _TOO_LONG not in text.translate(_AS_ZERO):
        return Tokens(text, size)
    return _decoder.decode(data)


class Tokens(Sequence[Span]):
    """Spans as JSON, decoded when asked for."""

    __slots__ = ("_data", "_size")

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size = data, size

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> Span: ...
    @overload
    def __getitem__(self, at: slice) -> Spans: ...
    def __getitem__(self, at: int | slice) -> Span | Spans:
        if at == -1:
            return _decoder.decode(b"[" + self._data[self._data.rindex(b"[") :])[0]
        return _decoder.decode(self._data)[at]

    def __iter__(self) -> Iterator[Span]:
        return iter(_decoder.decode(self._data))

    def hold_most(self, spans: Sequence[Span]) -> bool:
        """Return whether surely half of the spans or more begin and end at tokens; quick where they are in order."""
        at, missing = 0, (len(spans) + 1) // 2
        data = self._data.translate(None, _WHITE) if b" " in self._data else self._data
        for start, end in spans:
            if (found := data.find(b"[%d," % start, at)) < 0:
                continue
            at = found
            if data.find(b",%d]" % end, at) > 0:
                missing -= 1
                if not missing:
                    return True
        return not spans
