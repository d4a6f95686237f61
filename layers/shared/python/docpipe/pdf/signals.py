"""What is measured on a PDF page to judge its text layer, in one pass over what the page paints."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

import pymupdf

from docpipe.domain.layout import PlacedWord
from docpipe.domain.plausibility import familiar_share, plausible_share
from docpipe.domain.text_layer import TextLayerSignals

_GLYPH_HEIGHT = (2.5, 40.0)
"""Heights, points, between which a filled shape may be a letter drawn as an outline."""

_LAYER_SAMPLE = 2_000
"""Words judged by their shapes; more would tell nothing more."""

_BANDS = 20
"""Bands of a page for ``spread``: of letter paper 14 mm each."""

_NARROWEST = 0.48
"""Width of a Chinese character by the height of its line: 0.77 to 0.83 in common fonts; Latin letters have 0.4."""


def measure(page: Any, placed: Sequence[PlacedWord]) -> TextLayerSignals:
    """Measure a page.

    Args:
        page: of PyMuPDF.
        placed: the words of its text layer, in points of the page as shown.
    """
    words = [word.text for word in placed]
    text = "".join(words)
    painted = [(kind, pymupdf.Rect(box)) for kind, box in page.get_bboxlog()]
    frame = pymupdf.Rect(page.rect) * page.derotation_matrix
    images = [(order, box & frame) for order, (kind, box) in enumerate(painted) if "image" in kind or "imgmask" in kind]
    shapes = [box for kind, box in painted if "path" in kind or "shade" in kind]
    return TextLayerSignals(
        characters=len(text),
        words=len(words),
        garbled_share=_garbled(words) / len(text) if text else 0.0,
        plausible_share=plausible_share(words[:_LAYER_SAMPLE]),
        familiar_share=familiar_share(words[:_LAYER_SAMPLE]),
        squeezed_share=_squeezed_share(placed),
        spread=_spread(placed, page.rect.height),
        image_coverage=_coverage([box for _, box in images], frame),
        hidden_share=_hidden_share(painted, images),
        glyph_shapes=sum(_is_glyph_sized(box) for box in shapes),
        shapes=len(shapes),
    )


def _garbled(words: Sequence[str]) -> int:
    """Characters that no reader can make sense of, unmapped ``(cid:12)`` counted once each.

    A private-use character that stands alone is a bullet of a symbol font, and belongs to sound text.
    """
    text = "".join(word for word in words if len(word) > 1 or unicodedata.category(word) != "Co")
    if text.isascii() and text.isprintable():
        return text.count("(cid:")
    odd = sum(char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc") for char in text)
    return odd + text.count("(cid:")


def _squeezed_share(placed: Sequence[PlacedWord]) -> float:
    """Of the words of Chinese characters, the share too narrow: each is as wide as the font's size."""
    # The first of them begins at U+2E80: nothing is looked at in a page of another script.
    wide = [word for word in placed if not word.text.isascii() and all(char > "\u2e7f" for char in word.text)]
    written = [word for word in wide if all(east_asian_width(char) == "W" for char in word.text)]
    return sum(_is_squeezed(word) for word in written) / len(written) if written else 0.0


def _is_squeezed(word: PlacedWord) -> bool:
    # Of text that is set upwards the height is the length.
    width, height = word.x1 - word.x0, word.y1 - word.y0
    return (
        max(width / len(word.text) / height, height / len(word.text) / width) < _NARROWEST
        if width and height
        else False
    )


def _spread(placed: Sequence[PlacedWord], height: float) -> float:
    """Share of the page's height, in bands, in which words stand."""
    middles = ((word.y0 + word.y1) / 2 / height for word in placed)
    return len({int(middle * _BANDS) for middle in middles if 0 <= middle < 1}) / _BANDS


def _coverage(boxes: list[Any], frame: Any) -> float:
    """Share of the page under images: exact for one image or disjoint ones, an upper bound for others."""
    area = frame.width * frame.height
    return min(1.0, sum(box.width * box.height for box in boxes if not box.is_empty) / area) if area else 0.0


def _hidden_share(painted: list[tuple[str, Any]], images: list[tuple[int, Any]]) -> float:
    """Share of the pieces of text that are invisible, or over which an image was painted later."""
    pieces = [(order, kind, box) for order, (kind, box) in enumerate(painted) if kind.endswith("-text")]
    if not pieces:
        return 0.0
    hidden = sum(
        kind == "ignore-text" or any(later > order and image.contains(box) for later, image in images)
        for order, kind, box in pieces
    )
    return hidden / len(pieces)


def _is_glyph_sized(box: Any) -> bool:
    return bool(_GLYPH_HEIGHT[0] <= box.height <= _GLYPH_HEIGHT[1] and 0.5 <= box.width <= 1.5 * _GLYPH_HEIGHT[1])
