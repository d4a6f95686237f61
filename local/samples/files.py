"""The sample files: one scan of several pages, one damaged and one protected PDF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pymupdf

from local.samples.scanner import scan
from local.samples.sheets import SHEETS, Look, Sheet
from local.samples.typesetting import PAGE_HEIGHT, PAGE_WIDTH, typeset

PASSWORD: Final = "open sesame"  # noqa: S105 - of the sample that is there to be refused
_BROKEN_OFF_AFTER: Final = 1_200
"""Bytes of a transfer that broke off: enough to look like a PDF, too few to hold a page."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Where the sample files are.

    Attributes:
        scan: PDF whose pages are ``SHEETS``, in order.
        damaged: looks like a PDF and cannot be opened.
        protected: PDF that needs a password.
    """

    scan: Path
    damaged: Path
    protected: Path


def make_samples(folder: Path, sheets: tuple[Sheet, ...] = SHEETS) -> Samples:
    """Write the sample files into a folder, which is made; the same sheets give the same scan.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    samples = Samples(
        scan=folder / "clinic-letters.pdf", damaged=folder / "damaged.pdf", protected=folder / "protected.pdf"
    )
    whole = _scan_of(sheets)
    samples.scan.write_bytes(whole)
    # No page object stands in the beginning of a scan: a huge image does, and it is cut off.
    samples.damaged.write_bytes(whole[:_BROKEN_OFF_AFTER])
    samples.protected.write_bytes(_locked(whole))
    return samples


def _scan_of(sheets: tuple[Sheet, ...]) -> bytes:
    """A PDF with a picture on each page, but for the one that was never printed."""
    with pymupdf.open() as target:
        for number, sheet in enumerate(sheets):
            if sheet.look is Look.DIGITAL:
                typeset(target, sheet)
            else:
                _add_scan(target, sheet, seed=number)
        written: bytes = target.tobytes(garbage=3, deflate=True, no_new_id=True)
    return written


def _add_scan(target: Any, sheet: Sheet, seed: int) -> None:
    with pymupdf.open() as desk:
        picture = scan(typeset(desk, sheet), sheet.look, seed)
    sideways = sheet.look is Look.SIDEWAYS
    width, height = (PAGE_HEIGHT, PAGE_WIDTH) if sideways else (PAGE_WIDTH, PAGE_HEIGHT)
    # The picture fills the page whatever its resolution in either direction: that of a fax differs.
    target.new_page(width=width, height=height).insert_image(
        (0, 0, width, height), stream=picture, keep_proportion=False
    )


def _locked(content: bytes) -> bytes:
    with pymupdf.open(stream=content, filetype="pdf") as document:
        locked: bytes = document.tobytes(
            encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=PASSWORD, owner_pw=PASSWORD, garbage=3
        )
    return locked
