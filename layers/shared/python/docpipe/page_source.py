"""An opened document, whatever its format: pages that can be drawn, and may have a text layer."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from PIL import Image

from docpipe.domain.layout import PlacedWord
from docpipe.domain.resolution import recognition_dpi
from docpipe.domain.text_layer import TextLayerSignals

JPEG_QUALITY = 85

_TRANSPOSE = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Clockwise degrees to Pillow's names, which count the other way round."""


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text layer of a page. Boxes are in points of the page as shown."""

    words: list[PlacedWord]
    signals: TextLayerSignals


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page drawn.

    Attributes:
        image: mode ``L`` or ``RGB``.
        dpi: pixels an inch, the same in both directions.
        jpeg: the very image as a JPEG that was in the document, to be passed on untouched; or None.
        damaged: whether an image on the page may be missing, for damage.
    """

    image: Image.Image
    dpi: float
    jpeg: bytes | None = None
    damaged: bool = False

    @property
    def recognition_dpi(self) -> float:
        """Pixels an inch, in both directions, of ``for_recognition``."""
        return recognition_dpi(self.dpi, *self.image.size)

    def for_recognition(self) -> tuple[Image.Image, float]:
        """Its brightness, neither finer nor coarser than suits recognition, and the pixels an inch of that."""
        gray = self.image if self.image.mode == "L" else self.image.convert("L")
        dpi = self.recognition_dpi
        if dpi == self.dpi:
            return gray, dpi
        width, height = (max(1, round(side * dpi / self.dpi)) for side in gray.size)
        return gray.resize((width, height), Image.Resampling.BILINEAR), dpi

    def picture(self, rotation: int) -> bytes:
        """A JPEG for people, turned clockwise. One that was in the document is passed on when it is upright."""
        if self.jpeg is not None and rotation == 0:
            return self.jpeg
        image = self.image if self.jpeg is None else Image.open(BytesIO(self.jpeg))
        buffer = BytesIO()
        resolution = (round(self.dpi), round(self.dpi))
        turned(image, rotation).save(buffer, "JPEG", quality=JPEG_QUALITY, dpi=resolution)
        return buffer.getvalue()


class SourcePage(Protocol):
    """One page."""

    @property
    def width(self) -> float:
        """Of the page as shown, points."""

    @property
    def height(self) -> float:
        """Of the page as shown, points."""

    def text_layer(self) -> TextLayer | None:
        """The text layer and what was measured on it; None for formats that have none."""

    def draw(self) -> Drawing:
        """The page at the resolution that suits recognition.

        Raises:
            PageUnreadableError: the content is damaged.
            PageTooLargeError: it cannot be drawn within the pixels allowed.
        """

    def preview(self) -> Drawing:
        """The page at the resolution that suits looking at it. Raises as ``draw``."""


class PageSource(Protocol):
    """An opened document."""

    @property
    def page_count(self) -> int:
        """Number of pages, at least 1."""

    def page(self, number: int) -> SourcePage:
        """A page, counted from 1.

        Raises:
            PageUnreadableError: it cannot be loaded.
        """

    def close(self) -> None:
        """Let the file go."""


def turned(image: Image.Image, rotation: int) -> Image.Image:
    """The image turned clockwise by 0, 90, 180 or 270 degrees."""
    return image.transpose(_TRANSPOSE[rotation]) if rotation else image
