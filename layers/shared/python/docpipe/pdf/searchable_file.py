"""A PDF that grows on disk: changes are appended to the file and let go of, so that memory stays flat."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymupdf

from docpipe.domain.errors import UnreadableFileError
from docpipe.pdf.faults import FAULTS
from docpipe.pdf.glyphless import GlyphlessFont
from docpipe.pdf.mending import mend

_HEADER = b"%PDF-"

_HELD_BYTES = 32 * 2**20
"""Changes held in memory before they are written. MuPDF reads the whole file whenever it appends to it (to see
that it is the file it has open), so a small figure costs time and a large one memory."""


class _PagesLostError(UnreadableFileError):
    """MuPDF shows pages that it does not write."""


class GrowingPdf:
    """A PDF open for change.

    Attributes:
        document: of PyMuPDF; another one after what was held has been written.
    """

    def __init__(self, document: Any, path: Path) -> None:
        """Take a document that lies at ``path``, or that is new and will."""
        self.document = document
        self._path = path
        self._font: GlyphlessFont | None = None
        self._held = 0

    @classmethod
    def empty(cls, path: Path) -> Self:
        """Begin with no page."""
        return cls(pymupdf.open(), path)

    @classmethod
    def copy_of(cls, source: Path, path: Path) -> Self:
        """Begin with the pages of a PDF.

        An intact file is copied byte for byte and only ever appended to. One that is encrypted (with
        an empty password) or that had to be repaired is written anew, readable and not encrypted.

        Raises:
            UnreadableFileError: MuPDF cannot open the file, nor what qpdf makes of it, or loses pages in writing it.
        """
        try:
            return cls._copy(source, path)
        except _PagesLostError:
            raise
        except UnreadableFileError:
            mended = path.with_name(path.name + ".mended")
            mend(source, mended)
            return cls._copy(mended, path)

    @classmethod
    def _copy(cls, source: Path, path: Path) -> Self:
        try:
            with pymupdf.open(str(source), filetype="pdf") as document:
                page_count = 0 if document.needs_pass else document.page_count
                if page_count < 1:
                    raise UnreadableFileError
                if _can_be_appended_to(document, source):
                    shutil.copyfile(source, path)
                else:
                    _write_anew(document, path)
            copy = _open(path)
            # Of a damaged page tree it may read more than it writes.
            if copy.page_count != page_count:
                copy.close()
                raise _PagesLostError
            return cls(copy, path)
        except FAULTS:
            raise UnreadableFileError from None

    @property
    def font(self) -> GlyphlessFont:
        """The font of invisible text, shared by all pages; embedded when it is first asked for."""
        if self._font is None:
            self._font = GlyphlessFont(self.document)
        return self._font

    def changed(self, size: int) -> None:
        """Count a change, and write what is held when it has become much.

        Args:
            size: bytes that the change takes in memory.
        """
        self._held += size
        # Images and fonts of the pages looked at are let go of at once, whatever is held.
        pymupdf.TOOLS.store_shrink(100)
        if self._held >= _HELD_BYTES:
            self.commit()

    def commit(self) -> None:
        """Write what was changed, if anything was."""
        if not self._held:
            return
        if self._font is not None:
            self._font.write_mapping(self.document)
        if self.document.name and self.document.can_save_incrementally():
            self.document.saveIncr()
            self.document.close()
        else:
            # The document is new, or MuPDF repaired damage that came to light only while pages were changed.
            anew = self._path.with_name(self._path.name + ".anew")
            _write_anew(self.document, anew)
            self.document.close()
            anew.replace(self._path)
        self.document = _open(self._path)
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.document.close()
        pymupdf.TOOLS.store_shrink(100)


def _open(path: Path) -> Any:
    return pymupdf.open(str(path), filetype="pdf")


def _can_be_appended_to(document: Any, source: Path) -> bool:
    """Whether the file is intact and not encrypted, as far as a look at every page tells."""
    for page in document:
        # Damage is found, and repaired, where an object is first looked at.
        page.get_contents()
    with source.open("rb") as file:
        # Behind leading bytes that do not belong to it, the file's own offsets are off.
        starts_first = file.read(len(_HEADER)) == _HEADER
    # ``is_encrypted`` is false once the empty password has been taken.
    encrypted = document.xref_get_key(-1, "Encrypt")[0] != "null"
    return starts_first and not encrypted and bool(document.can_save_incrementally())


def _write_anew(document: Any, path: Path) -> None:
    if document.is_repaired:
        _leave_out_unreadable(document)
    document.save(str(path), garbage=1, encryption=pymupdf.mupdf.PDF_ENCRYPT_NONE, use_objstms=1)


def _leave_out_unreadable(document: Any) -> None:
    """Put null in place of objects that cannot be read: pages are shown without them, but nothing saves them."""
    for xref in range(1, document.xref_length()):
        try:
            document.xref_object(xref, compressed=True)
        except FAULTS:
            document.update_object(xref, "null")
