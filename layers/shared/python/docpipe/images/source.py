"""An opened image file: one page, or as many as a TIFF has."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import TracebackType
from typing import Self

import pillow_heif
from PIL import Image, ImageFile, UnidentifiedImageError

from docpipe.domain.errors import DecompressionBombError, PageTooLargeError, PageUnreadableError, UnreadableFileError
from docpipe.domain.formats import FileFormat
from docpipe.domain.resolution import POINTS_PER_INCH, PREVIEW_DPI, drawing_dpi, within_budget
from docpipe.images.pixels import flattened, page_resolution, resampled
from docpipe.page_source import Drawing, TextLayer

MAX_DECODED_BYTES = 500_000_000
"""Pillow decodes an image whole. More than this would not fit a page worker beside recognition."""

_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    ZeroDivisionError,
)
"""What Pillow's decoders raise for damaged files."""

PILLOW_NAMES: dict[FileFormat, tuple[str, ...]] = {
    # Phones put more than one picture into a JPEG; the first is the photo.
    FileFormat.JPEG: ("JPEG", "MPO"),
    FileFormat.PNG: ("PNG",),
    FileFormat.TIFF: ("TIFF",),
    FileFormat.HEIC: ("HEIF",),
    FileFormat.WEBP: ("WEBP",),
    FileFormat.BMP: ("BMP",),
    FileFormat.GIF: ("GIF",),
}
"""The formats read here, with the names of Pillow's plugins for them; no other plugin is let near the file."""


class ImageSource:
    """An image file. Animations count as their first frame; the frames of a TIFF are pages."""

    def __init__(self, path: Path, file_format: FileFormat) -> None:
        if file_format is FileFormat.HEIC:
            pillow_heif.register_heif_opener()
        # What is missing at the end of a cut-off file is drawn grey; the rest can be read.
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        # The budget below replaces Pillow's own, which knows nothing of colour depth.
        Image.MAX_IMAGE_PIXELS = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._image = Image.open(path, formats=PILLOW_NAMES[file_format])
                self._page_count = getattr(self._image, "n_frames", 1) if file_format is FileFormat.TIFF else 1
        except (UnidentifiedImageError, *_FAULTS):
            raise UnreadableFileError from None
        if self._page_count == 1 and _decoded_bytes(self._image) > MAX_DECODED_BYTES:
            raise DecompressionBombError

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return int(self._page_count)

    def page(self, number: int) -> ImagePage:
        """A page, counted from 1."""
        try:
            self._image.seek(number - 1)
            if _decoded_bytes(self._image) > MAX_DECODED_BYTES:
                raise PageTooLargeError
            return ImagePage(flattened(self._image), page_resolution(self._image))
        except _FAULTS:
            raise PageUnreadableError from None

    def close(self) -> None:
        """Let the file go."""
        self._image.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class ImagePage:
    """One image as a page, upright as its EXIF says.

    Args:
        image: mode ``L`` or ``RGB``.
        resolution: horizontal and vertical pixels an inch.
    """

    def __init__(self, image: Image.Image, resolution: tuple[float, float]) -> None:
        self._image = image
        self._dpi = resolution

    @property
    def width(self) -> float:
        """Points."""
        return self._image.width / self._dpi[0] * POINTS_PER_INCH

    @property
    def height(self) -> float:
        """Points."""
        return self._image.height / self._dpi[1] * POINTS_PER_INCH

    def text_layer(self) -> TextLayer | None:
        """Images have none."""
        return None

    def draw(self) -> Drawing:
        """The page at the resolution that suits recognition."""
        dpi = drawing_dpi(self.width, self.height, native_dpi=max(self._dpi))
        return Drawing(resampled(self._image, self._dpi, dpi), dpi)

    def preview(self) -> Drawing:
        """The page at the resolution that suits looking at it."""
        dpi = within_budget(self.width, self.height, PREVIEW_DPI, floor=1.0)
        return Drawing(resampled(self._image, self._dpi, dpi), dpi)


def _decoded_bytes(image: Image.Image) -> int:
    return image.width * image.height * max(1, len(image.getbands())) * (2 if "16" in image.mode else 1)
