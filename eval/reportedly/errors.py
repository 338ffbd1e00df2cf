"""The exceptions of the package.

    ReportedlyError            anything a command turns into a message and an exit status
    ├── DataError              refused data: exit status 1
    │   ├── QuoteError         a quote that is absent, ambiguous or malformed
    │   ├── RecordError        a record that does not have the shape of the corpus
    │   ├── ServerError        a server that refuses
    │   │   └── UnansweredError    a server that did not answer: what it did is not known
    │   ├── TagError           a tag of a token that its scheme does not allow
    │   └── TextError          bytes that are not the text that they should be
    └── UsageError             a command used wrongly: exit status 2

A message names the place, the item, the fact and the remedy.
"""


class ReportedlyError(Exception):
    """Anything that ends a command with a message instead of a traceback."""

    status = 1


class DataError(ReportedlyError):
    """Data that is refused."""


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
