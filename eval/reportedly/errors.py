"""The exceptions of the package.

    ReportedlyError            anything a command turns into a message and an exit status
    ├── DataError              refused data: exit status 1
    │   ├── LimitError         more of something than memory and time are given for
    │   ├── QuoteError         a quote that is absent, ambiguous or malformed
    │   ├── RecordError        a record that does not have the shape of the corpus
    │   ├── ServerError        a server that refuses
    │   │   └── UnansweredError    a server that did not answer: what it did is not known
    │   ├── TagError           a tag of a token that its scheme does not allow
    │   └── TextError          bytes that are not the text that they should be
    └── UsageError             a command used wrongly: exit status 2

A message names the place, the item, the fact and the remedy, on one line that a terminal can print; of several problems each
has a line.
"""

LONGEST_MESSAGE = 800
"""Characters of a message; of a longer one the middle is left out, so that place and remedy stay."""


class ReportedlyError(Exception):
    """Anything that ends a command with a message instead of a traceback."""

    status = 1

    def __str__(self) -> str:
        """Return the messages, a line each."""
        return "\n".join(_shown(str(message)) for message in self.args)


def _shown(message: str) -> str:
    """Return a message with what cannot be printed escaped, since it may quote any input, and not too long."""
    if not message.isprintable():
        message = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)
    half = LONGEST_MESSAGE // 2
    return message if len(message) <= LONGEST_MESSAGE else f"{message[: half - 2]} … {message[1 - half :]}"


class DataError(ReportedlyError):
    """Data that is refused."""


class LimitError(DataError):
    """More of something than memory and time are given for; the message names the limit."""


class QuoteError(DataError):
    """A quote or a line of quoted annotation that cannot be resolved."""


class RecordError(DataError):
    """A record that does not have the shape that the corpus needs."""


class ServerError(DataError):
    """A server that refuses what it is asked."""


class UnansweredError(ServerError):
    """A request without an answer, or with one that says to come back later; whether it was carried out is not known."""

    def __init__(self, message: str, wait: float | None = None):
        super().__init__(message)
        self.wait = wait


class TagError(DataError):
    """A tag that its scheme does not allow; `position` counts tokens of the sequence from 0."""

    def __init__(self, position: int, problem: str):
        super().__init__(f"tag {position + 1}: {problem}")
        self.position = position
        self.problem = problem


class TextError(DataError):
    """Bytes that are not the text that they should be."""


class UsageError(ReportedlyError):
    """A command that was used wrongly."""

    status = 2
