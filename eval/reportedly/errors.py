"""The exceptions of the package.

    ReportedlyError            anything a command turns into a message and an exit status
    ├── DataError              refused data: exit status 1
    │   ├── QuoteError         a quote that is absent, ambiguous or malformed
    │   ├── RecordError        a record that does not have the shape of the corpus
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
