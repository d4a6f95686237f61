"""What is measured on a PDF page to judge its text layer, in one pass over what the page paints."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import pymupdf

from docpipe.domain.plausibility import plausible_share
from docpipe.domain.text_layer import TextLayerSignals

_GLYPH_HEIGHT = (2.5, 40.0)
"""Heights, points, between which a filled shape may be a letter drawn as an outline."""

_LAYER_SAMPLE = 2_000
"""Words judged by their shapes; more would tell nothing more."""


def measure(page: Any, words: Sequence[str]) -> TextLayerSignals:
    """Measure a page.

    Args:
        page: of PyMuPDF.
        words: of its text layer.
    """
    text = "".join(words)
    painted = [(kind, pymupdf.Rect(box)) for kind, box in page.get_bboxlog()]
    frame = pymupdf.Rect(page.rect) * page.derotation_matrix
    images = [(order, box & frame) for order, (kind, box) in enumerate(painted) if "image" in kind or "imgmask" in kind]
    shapes = [box for kind, box in painted if "path" in kind or "shade" in kind]
    return TextLayerSignals(
        characters=len(text),
        words=len(words),
        garbled_share=_garbled(text) / len(text) if text else 0.0,
        plausible_share=plausible_share(words[:_LAYER_SAMPLE]),
        image_coverage=_coverage([box for _, box in images], frame),
        hidden_share=_hidden_share(painted, images),
        glyph_shapes=sum(_is_glyph_sized(box) for box in shapes),
        shapes=len(shapes),
    )


def _garbled(text: str) -> int:
    """Characters that no reader can make sense of, unmapped ``(cid:12)`` counted once each."""
    odd = sum(char == "�" or unicodedata.category(char) in ("Co", "Cn", "Cc") for char in text)
    return odd + text.count("(cid:")


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
