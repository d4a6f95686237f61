"""What hostile documents do to the worker that reads them: a JSON list of deeds, one a page."""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from docpipe.domain.errors import EncryptedFileError, PageUnreadableError, TooManyPagesError

SECRET = "hypertension"
"""What must never be seen outside of a worker."""


def write_document(path: Path, *deeds: str) -> Path:
    """A document with one page for each deed; a first deed ``file: …`` is done when its pages are counted."""
    path.write_text(json.dumps(deeds))
    return path


class Document:
    """An opened document.

    Attributes:
        opened: how many documents this process has opened so far.
    """

    opened = 0

    def __init__(self, path: Path) -> None:
        self.path = path
        self.deeds: list[str] = json.loads(path.read_bytes())
        Document.opened += 1
        self.number = Document.opened

    def begun(self, page_number: int) -> int:
        """Note that the page is begun; tells how often it has been."""
        with _journal(self.path).open("a") as file:
            file.write(f"{page_number}\n")
        return begun_pages(self.path).count(page_number)


def begun_pages(path: Path) -> list[int]:
    """The pages of a document that were begun, in order."""
    return [int(line) for line in _journal(path).read_text().split()] if _journal(path).exists() else []


def _journal(path: Path) -> Path:
    return path.with_suffix(".begun")


def _fine(document: Document, page_number: int) -> None:
    document.begun(page_number)


def _unreadable(document: Document, page_number: int) -> None:
    raise PageUnreadableError


def _encrypted(document: Document, page_number: int) -> None:
    raise EncryptedFileError


def _too_many(document: Document, page_number: int) -> None:
    raise TooManyPagesError(2_345, 2_000)


def _unforeseen(document: Document, page_number: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        print(SECRET, file=stream, flush=True)
    raise KeyError(SECRET)


def _exit(document: Document, page_number: int) -> None:
    document.begun(page_number)
    os._exit(3)


def _kill(document: Document, page_number: int) -> None:
    document.begun(page_number)
    os.kill(os.getpid(), signal.SIGKILL)


def _crash(document: Document, page_number: int) -> None:
    document.begun(page_number)
    ctypes.string_at(0)


def _crash_once(document: Document, page_number: int) -> None:
    if document.begun(page_number) == 1:
        ctypes.string_at(0)


def _hang(document: Document, page_number: int) -> None:
    document.begun(page_number)
    _sleep_on()


def _sleep_on() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(60)


def _hang_with_helper(document: Document, page_number: int) -> None:
    helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    document.path.with_suffix(".helper").write_text(str(helper.pid))
    _hang(document, page_number)


def _devour(document: Document, page_number: int) -> None:
    document.begun(page_number)
    hoard = []
    while True:
        hoard.append(bytes(1 << 20))


def _stammer(document: Document, page_number: int) -> None:
    """Answer with something that is no message."""
    document.begun(page_number)
    _say(b"\x00\x00\x00\x04spam")
    _sleep_on()


def _trail_off(document: Document, page_number: int) -> None:
    """Announce a long answer, and begin it."""
    document.begun(page_number)
    _say(b"\x00\x10\x00\x00spam")
    _sleep_on()


def _intrude(document: Document, page_number: int) -> None:
    """Answer with what would run a program of the page's choice, if it were believed."""
    spell = pickle.dumps(_Spell(document.path.with_suffix(".intruded")))
    document.begun(page_number)
    _say(len(spell).to_bytes(4, "big") + spell)
    _sleep_on()


class _Spell:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self._path),)


def _say(message: bytes) -> None:
    arguments = dict(argument.partition("=")[::2] for argument in sys.argv[1:])
    os.write(int(arguments["--socket"]), message)


def _environment(document: Document, page_number: int) -> str:
    return json.dumps(dict(os.environ))


def _open_files(document: Document, page_number: int) -> str:
    return str(document.number)


def _large(document: Document, page_number: int) -> str:
    return "x" * (8 << 20)


DEEDS: dict[str, Callable[[Document, int], str | None]] = {
    "fine": _fine,
    "unreadable": _unreadable,
    "encrypted": _encrypted,
    "too many": _too_many,
    "unforeseen": _unforeseen,
    "exit": _exit,
    "kill": _kill,
    "crash": _crash,
    "crash once": _crash_once,
    "hang": _hang,
    "hang with a helper": _hang_with_helper,
    "devour": _devour,
    "stammer": _stammer,
    "trail off": _trail_off,
    "intrude": _intrude,
    "tell environment": _environment,
    "tell how many were opened": _open_files,
    "large": _large,
}
