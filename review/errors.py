"""The exception tree: every message is one sentence meant for the person who acted.

ReviewError
├── Refused            the rule does not allow it (who, when, or in what order)
│   └── NotAllowed     the member lacks the role
├── NotFound           no such record, member, search, study ...
├── BadInput           a file, protocol, form or expression that cannot be read as given
│   ├── ProtocolError
│   ├── ExpressionError
│   └── FormError
├── NetworkError       the other side did not answer, or answered wrongly
│   ├── Transient      worth another try
│   ├── Permanent      another try will not help
│   └── Incomplete     the run stopped early and can be resumed
└── StoreError         the database itself: wrong version, not a review, unreachable
"""


class ReviewError(Exception):
    """Base of all errors that a person may see; the message is one clear sentence."""


class Refused(ReviewError):
    """The screening rule or the state of the review does not allow the act."""


class NotAllowed(Refused):
    """The member does not hold a role that may do this."""


class NotFound(ReviewError):
    """Something was named that the review does not hold."""


class BadInput(ReviewError):
    """A file, form or value cannot be read as given."""


class ProtocolError(BadInput):
    """A protocol file is malformed; the message names line and key."""


class ExpressionError(BadInput):
    """A search expression is malformed; the message points at the character.

    `position` is the zero-based offset of the offending character.
    """

    def __init__(self, message: str, *, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class FormError(BadInput):
    """A filled form holds faulty cells; the message names the first, `faults` has them all.

    A fault is {where, cell, said}: the cell as a person reads it, its path, and what is wrong.
    """

    def __init__(self, message: str, *, faults: list[dict[str, object]]) -> None:
        super().__init__(message)
        self.faults = faults


class NetworkError(ReviewError):
    """A remote service did not answer as it should."""


class Transient(NetworkError):
    """A fault that another try may overcome (429, 5xx, a reset, a cut body)."""


class Permanent(NetworkError):
    """A fault that another try will not overcome (a bad query, an unknown host)."""


class Incomplete(NetworkError):
    """A run stopped before its end; what was stored stays and `--resume` goes on."""


class StoreError(ReviewError):
    """The database is not a review, is of another version, or cannot be reached."""
