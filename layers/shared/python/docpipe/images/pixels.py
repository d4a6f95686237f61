"""Pixels of image files made plain: eight bits, grey or colour, upright, on white, square."""

from __future__ import annotations

from PIL import ExifTags, Image, ImageOps

from docpipe.domain.resolution import LARGEST_PAPER, PAPER_LONG_EDGE

_SANE_DPI = (50.0, 2_400.0)
_SAME_SIZE = 0.01

_STRAIGHT = {"La": "LA", "RGBa": "RGBA"}
"""Pillow's modes of premultiplied alpha, with those of plain alpha."""

_OPAQUE = 255

_UPRIGHT = 1
_TURNED = (5, 6, 7, 8)
"""Values of EXIF's orientation (JEITA CP-3451, 4.6.4): how it is, and those that swap width and height."""


def flattened(image: Image.Image) -> Image.Image:
    """The current frame in mode ``L`` or ``RGB``, turned as its EXIF says, transparent parts on white.

    It is the frame itself where there is nothing to change: a large photo is not held twice.
    """
    frame = image
    if frame.mode == "P":
        frame = frame.convert("RGBA" if "transparency" in frame.info else "RGB")
    if _orientation(image) != _UPRIGHT:
        frame = ImageOps.exif_transpose(frame)
    if frame.mode.startswith("I") or frame.mode == "F":
        frame = _eight_bits(frame)
    if frame.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        frame = _on_white(frame)
    if frame.mode in ("L", "RGB"):
        return frame
    return frame.convert("L" if frame.mode == "1" else "RGB")


def _orientation(image: Image.Image) -> int:
    return int(image.getexif().get(ExifTags.Base.Orientation, _UPRIGHT))


def _eight_bits(frame: Image.Image) -> Image.Image:
    """Sixteen bits and more scaled down to eight: Pillow's own conversion cuts them off at 255."""
    _, highest = frame.convert("F").getextrema()
    if not isinstance(highest, float) or highest <= 255:
        return frame.convert("L")
    scale = 255.0 / (65_535.0 if highest <= 65_535 else highest)
    return frame.convert("F").point(lambda value: value * scale).convert("L")


def _on_white(frame: Image.Image) -> Image.Image:
    # Premultiplied alpha and a transparent palette turn into plain alpha only by way of their own kind.
    straight = frame.convert(_STRAIGHT[frame.mode]) if frame.mode in _STRAIGHT else frame
    if straight.mode != "RGBA":
        straight = straight.convert("RGBA")
    alpha = straight.getchannel("A")
    if alpha.getextrema() == (_OPAQUE, _OPAQUE):
        # As in most pictures of a screen: they have the channel, and nothing shines through.
        return straight.convert("RGB")
    paper = Image.new("RGB", frame.size, "white")
    paper.paste(straight, mask=alpha)
    return paper


def page_resolution(image: Image.Image) -> tuple[float, float]:
    """Pixels an inch across and down, of the frame as it will be shown; to be asked before it is decoded.

    Taken from the file where it makes sense; otherwise the image is taken for a page of US letter.
    """
    told = image.info.get("dpi") or (0.0, 0.0)
    across, down = float(told[0] or 0.0), float(told[1] or 0.0)
    width, height = image.size
    believable = all(_SANE_DPI[0] <= dpi <= _SANE_DPI[1] for dpi in (across, down))
    if not believable or max(width / across, height / down) > LARGEST_PAPER:
        across = down = max(width, height) / PAPER_LONG_EDGE
    return (down, across) if _orientation(image) in _TURNED else (across, down)


def resampled(image: Image.Image, resolution: tuple[float, float], dpi: float) -> Image.Image:
    """The image at ``dpi`` pixels an inch in both directions; itself where it is so already."""
    size = (max(1, round(image.width * dpi / resolution[0])), max(1, round(image.height * dpi / resolution[1])))
    if all(abs(new / old - 1) < _SAME_SIZE for new, old in zip(size, image.size, strict=True)):
        return image
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
