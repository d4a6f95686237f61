"""ALTO 4.4 (https://www.loc.gov/standards/alto/): XML of pages, blocks, lines and strings."""

from __future__ import annotations

from itertools import pairwise

from docpipe.domain.page import PageText, Word
from docpipe.markup.markup import SOFTWARE, Box, Line, page_box, paragraphs, xml

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="{_NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-4.xsd">
<Description>
<MeasurementUnit>pixel</MeasurementUnit>
<Processing ID="recognition">\
<processingSoftware><softwareName>{SOFTWARE}</softwareName></processingSoftware>\
</Processing>
</Description>
<Layout>
"""


class Alto:
    """The format."""

    def head(self, page_count: int) -> str:
        """What comes before the pages."""
        return _HEAD

    def page(self, page: PageText) -> str:
        """A page."""
        number, box = page.page_number, page_box(page)
        pieces = [
            f'<Page ID="page_{number}" PHYSICAL_IMG_NR="{number}" WIDTH="{box.width}" HEIGHT="{box.height}">\n'
            f'<PrintSpace ID="space_{number}" {_place(box)}>\n'
        ]
        lines = words = 0
        for place, paragraph in enumerate(paragraphs(page), start=1):
            pieces.append(f'<TextBlock ID="block_{number}_{place}" {_place(paragraph.box)}>\n')
            for line in paragraph.lines:
                lines += 1
                pieces.append(_line(line, number, lines, words))
                words += len(line.words)
            pieces.append("</TextBlock>\n")
        return "".join([*pieces, "</PrintSpace>\n</Page>\n"])

    def tail(self) -> str:
        """What comes after the pages."""
        return "</Layout>\n</alto>\n"


def _line(line: Line, page: int, number: int, words_before: int) -> str:
    strings = [
        _string(word, box, f"{page}_{place}") for place, (word, box) in enumerate(line.words, start=words_before + 1)
    ]
    gaps = [_gap(before, after) for (_, before), (_, after) in pairwise(line.words)]
    inside = "".join(piece for pair in zip(strings, [*gaps, ""], strict=True) for piece in pair)
    return f'<TextLine ID="line_{page}_{number}" {_place(line.box)}>{inside}</TextLine>\n'


def _string(word: Word, box: Box, place: str) -> str:
    return f'<String ID="word_{place}" {_place(box)} WC="{word.confidence / 100:.2f}" CONTENT="{xml(word.text)}"/>'


def _gap(before: Box, after: Box) -> str:
    return f'<SP HPOS="{before.x1}" VPOS="{before.y0}" WIDTH="{max(0, after.x0 - before.x1)}"/>'


def _place(box: Box) -> str:
    return f'HPOS="{box.x0}" VPOS="{box.y0}" WIDTH="{box.width}" HEIGHT="{box.height}"'
