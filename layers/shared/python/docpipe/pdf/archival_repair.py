"""Puts right what keeps a PDF from being PDF/A without changing how any page looks."""

from __future__ import annotations

from typing import Final

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

_OF_THE_DOCUMENT: Final = (
    Name.OpenAction,
    Name.AA,
    Name.Info,
    Name.URI,
    Name.Threads,
    Name.Perms,
    Name.Legal,
    Name.Requirements,
    Name.Collection,
    Name.SpiderInfo,
    Name.PieceInfo,
)
"""What happens on opening, private data of programs and promises about other files: none of it is to be seen."""

_OF_A_PAGE: Final = (Name.AA, Name.PieceInfo, Name.Thumb, Name.B, Name.Metadata)

_OF_AN_IMAGE: Final = (Name.Metadata, Name.PieceInfo, Name.OPI, Name.Alternates)

_DEVICE: Final = (Name.DeviceGray, Name.DeviceRGB, Name.DeviceCMYK)


def make_tidy(document: Pdf) -> None:
    """Take out what PDF/A forbids and nobody sees, and say in the form it wants what is said in another."""
    _leave_out(document.Root, _OF_THE_DOCUMENT)
    for page in document.pages:
        _leave_out(page.obj, _OF_A_PAGE)
    for thing in document.objects:
        if isinstance(thing, Stream) and thing.get(Name.Subtype) == Name.Image:
            _tidy_image(thing)
        elif isinstance(thing, Dictionary) and thing.get(Name.Subtype) == Name.CIDFontType2:
            _tidy_font(thing)


def _tidy_image(image: Stream) -> None:
    _leave_out(image, _OF_AN_IMAGE)
    space = image.get(Name.ColorSpace)
    # Scanners write [/DeviceGray] for /DeviceGray.
    if isinstance(space, Array) and len(space) == 1 and space[0] in _DEVICE:
        image.ColorSpace = space[0]


def _tidy_font(font: Dictionary) -> None:
    if Name.CIDToGIDMap not in font:
        # What is left out means the same (ISO 32000-1, table 117).
        font.CIDToGIDMap = Name.Identity
    descriptor = font.get(Name.FontDescriptor)
    if isinstance(descriptor, Dictionary):
        # It may be left out, and is more often wrong than right.
        _leave_out(descriptor, (Name.CIDSet,))


def _leave_out(thing: Object, keys: tuple[Name, ...]) -> None:
    for key in keys:
        if key in thing:
            del thing[key]
