"""Words and their places written as hOCR and as ALTO: text in, text out, a page at a time.

Coordinates are pixels of the page image, which is the upright page at its own resolution.
"""

from __future__ import annotations

from docpipe.domain.outputs import Output
from docpipe.markup.alto import Alto
from docpipe.markup.hocr import Hocr
from docpipe.markup.markup import Markup

__all__ = ["Markup", "markup_of"]

_KINDS: dict[Output, type[Markup]] = {Output.HOCR: Hocr, Output.ALTO: Alto}


def markup_of(output: Output) -> Markup:
    """What writes an output."""
    return _KINDS[output]()
