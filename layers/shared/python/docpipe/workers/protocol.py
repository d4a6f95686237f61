"""What the parent and a page worker say to each other: one request, one answer, over one socket.

A worker has touched a hostile file, so its answers are not trusted: they are pickles in which only
the plain data classes below may occur, and their size is bounded.
"""

from __future__ import annotations

import importlib
import io
import pickle
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from docpipe.domain.errors import DocpipeError
from docpipe.domain.page import PageReading
from docpipe.ports import FileFacts, ReadOptions

_MAX_MESSAGE_BYTES: Final = 128 << 20
"""Far above any page (a colour page at 300 dpi is about 3 MB as a JPEG), far below what the parent holds."""

_DATA_MODULES: Final = frozenset(
    {
        "docpipe.domain.errors.documents",
        "docpipe.domain.errors.pages",
        "docpipe.domain.formats",
        "docpipe.domain.page",
        "docpipe.ports",
        __name__,
    }
)
"""Where the classes come from that a message may hold: making one of them does nothing but hold data."""


_NONSENSE: Final = (ArithmeticError, AttributeError, EOFError, ImportError, LookupError, TypeError, ValueError)
"""What ``pickle`` raises, besides its own error, when its input is damaged."""


@dataclass(frozen=True, slots=True)
class InspectFile:
    """Open a file and count its pages. Answered by ``FileFacts``."""

    path: str


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Read a page, counted from 1. Answered by ``PageReading``. The document is kept open for the next page."""

    path: str
    page_number: int
    options: ReadOptions


@dataclass(frozen=True, slots=True)
class TellLanguages:
    """Name the installed languages. Answered by a frozen set of strings."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """Close the document that is open. The only request without an answer."""


@dataclass(frozen=True, slots=True)
class Started:
    """The worker's first word: it has loaded everything it needs, and no document yet."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The file or the page is at fault.

    Attributes:
        kind: the class of the error, a ``DocumentError`` or ``PageError``.
        message: its sentence.
    """

    kind: type[DocpipeError]
    message: str

    def error(self) -> DocpipeError:
        """The error as it was raised. Its class is not called anew: constructors take the parts of the sentence."""
        return self.kind.__new__(self.kind, self.message)


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """The work needs more memory than a worker may have."""


@dataclass(frozen=True, slots=True)
class Unequipped:
    """The worker lacks what it needs for any page: language data, a library.

    Attributes:
        remedy: a sentence that says what to install or set.
    """

    remedy: str


@dataclass(frozen=True, slots=True)
class Unforeseen:
    """An exception that nobody translated. Its words may quote the document, so they stay in the worker.

    Attributes:
        cause: type of the exception, and file and line where it was raised.
    """

    cause: str


Request = InspectFile | ReadPage | TellLanguages | LetGo
Answer = PageReading | FileFacts | frozenset[str] | Fault | OutOfMemory | Unequipped | Unforeseen
Message = Request | Answer | Started


def encode(message: Message) -> bytes:
    """A message as bytes."""
    return pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)


def receive(connection: Connection) -> Message:
    """Wait for the next message.

    Raises:
        EOFError: the other side has ended.
        OSError: the connection broke, or the message is too large or too slow in coming.
        pickle.UnpicklingError: the message holds something other than the classes allowed here.
    """
    body = io.BytesIO(connection.recv_bytes(_MAX_MESSAGE_BYTES))
    try:
        message: Message = _Reader(body).load()
    except _NONSENSE as error:
        raise pickle.UnpicklingError("The message is damaged.") from error
    return message


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        if module in _DATA_MODULES:
            found = getattr(importlib.import_module(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError("The message holds something other than plain data.")
