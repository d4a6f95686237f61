"""The paper that print stands on: its brightness, and how to make it even where it is shaded or faint."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageOps

_PATCH = 16
"""Pixels along the side of the patches in which the paper is looked for: larger than a stroke of print."""

_NEIGHBOURS = 5
"""Patches along the side of the square whose brightest is taken for paper: letters are smaller than that."""

_FADE = 2
"""Patches over which one brightness fades into the next."""

_WHITE = 254
_PATCHES_SHADED = 0.05
"""Paper is even and white where no more than this share of its patches is darker than that."""

_SAMPLE = 4
"""Every so many pixels, in both directions, tell as much about a page's brightness as all of them."""

_COARSE_SAMPLE = 8
"""So many tell whether there are shades."""

_EXTREME = 8
_GREYS = 0.05
"""A page has shades when more than this share of its pixels lies so many levels off black and off white. Scans in
black and white have 0.00 to 0.01, drawn at another size 0.03; greys around print alone make 0.05 and more."""

_LIFTED = 224
"""The level that paper is brought to first: under white, so that its noise is seen on both sides of it."""

_NOISY_SHARE = 0.3
_NOISE_KEPT_OUT = 3
_MOST_NOISE = 30
"""Beside print, this share of the pixels is darker than paper by half of its noise's deviation and more; three times
that becomes white, by so many levels at most. Noise that stays grey turns into specks where contrast is raised: they
kept Tesseract busy for seconds on a page with two lines of print, and nothing was read."""

_DARKEST_SHARE = 0.01
"""Share of the pixels that become black: faint print is spread over the whole range of grey."""

_FAINTEST = 65
"""Levels by which print is darker than its paper at least; with less ink on a page, its paper would turn dark."""


def has_shades(page: Image.Image) -> bool:
    """Whether a page in mode ``L`` or ``RGB`` holds more than black and white, so that there is something to even."""
    histogram = sample(page, _COARSE_SAMPLE).histogram()
    return sum(histogram[_EXTREME:-_EXTREME]) > _GREYS * sum(histogram)


def evened(gray: Image.Image) -> Image.Image:
    """The page in mode ``L`` with shades and shadows lifted to white, and print as dark as it gets.

    It is the page itself where its paper is even and white already.
    """
    if min(gray.size) < _PATCH * _NEIGHBOURS:
        return gray
    paper = gray.reduce(_PATCH).filter(ImageFilter.MaxFilter(_NEIGHBOURS)).filter(ImageFilter.BoxBlur(_FADE))
    histogram = paper.histogram()
    if sum(histogram[:_WHITE]) <= _PATCHES_SHADED * sum(histogram):
        return gray
    light = ImageOps.invert(paper).resize(gray.size, Image.Resampling.BILINEAR)
    lifted = ImageChops.add(gray, light, offset=_LIFTED - 255)
    black, white = _range_of(sample(lifted, _SAMPLE))
    return lifted.point([round(min(255, max(0, (level - black) * 255 / (white - black)))) for level in range(256)])


def _range_of(gray: Image.Image) -> tuple[int, int]:
    """The levels of even paper that become black and white."""
    paper = _level_of(0.5, gray)
    noise = min(_MOST_NOISE, _NOISE_KEPT_OUT * (paper - _level_of(_NOISY_SHARE, gray)))
    return min(paper - _FAINTEST, _level_of(_DARKEST_SHARE, gray)), max(1, paper - noise)


def sample(page: Image.Image, every: int) -> Image.Image:
    """The brightness, in mode ``L``, of one pixel of so many in both directions, of a page in mode ``L`` or ``RGB``."""
    size = (max(1, page.width // every), max(1, page.height // every))
    return page.resize(size, Image.Resampling.NEAREST).convert("L")


def _level_of(share: float, gray: Image.Image) -> int:
    """The level that so large a share of the pixels does not reach above, the darkest."""
    seen, enough = 0, gray.width * gray.height * share
    for level, count in enumerate(gray.histogram()):
        seen += count
        if seen > enough:
            return level
    return 255


def paper_level(gray: Image.Image) -> int:
    """The brightness of most of a page in mode ``L``."""
    small = gray.reduce(_PATCH) if min(gray.size) > _PATCH else gray
    histogram = small.histogram()
    return histogram.index(max(histogram))
