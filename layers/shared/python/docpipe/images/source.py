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

MAX_IMAGE_SIDE = 100_000
"""Pixels: the longest continuous scan taken, some four metres at 600 dpi."""

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
    FileFormat.JPEG_2000: ("JPEG2000",),
    FileFormat.AVIF: ("AVIF",),
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
        self._path = path
        self._format = file_format
        try:
            self._image = self._open()
            self._page_count = getattr(self._image, "n_frames", 1) if file_format is FileFormat.TIFF else 1
        except (UnidentifiedImageError, *_FAULTS):
            raise UnreadableFileError from None
        if self._page_count == 1 and _is_outsized(self._image):
            raise DecompressionBombError

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return int(self._page_count)

    def page(self, number: int) -> ImagePage:
        """A page, counted from 1."""
        try:
            # Frames of a TIFF are found one from the other. Of the rest a decoded image is not kept.
            image = self._image if self._page_count > 1 else self._open()
            image.seek(number - 1)
            if _is_outsized(image):
                raise PageTooLargeError
            return _page_of(image)
        except _FAULTS:
            raise PageUnreadableError from None

    def _open(self) -> Image.Image:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(self._path, formats=PILLOW_NAMES[self._format])
        # By name Pillow would map raw pixels into memory, and mix up width and height of turned ones.
        image.filename = ""
        return image

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


def _page_of(image: Image.Image) -> ImagePage:
    across, down = page_resolution(image)
    full_size = max(image.size)
    wide, high = image.size[0] / across, image.size[1] / down
    dpi = drawing_dpi(wide * POINTS_PER_INCH, high * POINTS_PER_INCH, native_dpi=max(across, down))
    # A JPEG is decoded at the smallest of its fractions that is no smaller than what will be drawn.
    image.draft(image.mode, (round(wide * dpi), round(high * dpi)))
    image.load()
    plain = flattened(image)
    scale = max(plain.size) / full_size
    return ImagePage(plain, (across * scale, down * scale))


def _is_outsized(image: Image.Image) -> bool:
    """Whether it would decode to more than can be held, or is so long and thin that it is no page."""
    size = image.width * image.height * max(1, len(image.getbands())) * (2 if "16" in image.mode else 1)
    return size > MAX_DECODED_BYTES or max(image.size) > MAX_IMAGE_SIDE
