"""hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/): HTML in which classes and titles tell places and confidence."""

from __future__ import annotations

from docpipe.domain.page import PageText
from docpipe.markup.markup import SOFTWARE, Box, Line, Paragraph, image_name, page_box, paragraphs, xml

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title></title>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
<meta name="ocr-system" content="{software}"/>
<meta name="ocr-capabilities" content="ocr_page ocr_par ocr_line ocrx_word ocrp_wconf"/>
<meta name="ocr-number-of-pages" content="{pages}"/>
</head>
<body>
"""


class Hocr:
    """The format."""

    def head(self, page_count: int) -> str:
        """What comes before the pages."""
        return _HEAD.format(software=SOFTWARE, pages=page_count)

    def page(self, page: PageText) -> str:
        """A page."""
        number = page.page_number
        title = f"bbox {_bbox(page_box(page))}; ppageno {number - 1}"
        if page.image_key is not None:
            title = f"image &quot;{image_name(page)}&quot;; {title}; scan_res {round(page.dpi)} {round(page.dpi)}"
        pieces = [f'<div class="ocr_page" id="page_{number}" title="{title}">\n']
        lines = words = 0
        for place, paragraph in enumerate(paragraphs(page), start=1):
            pieces.append(_paragraph(paragraph, f"{number}_{place}"))
            for line in paragraph.lines:
                lines += 1
                pieces.append(_line(line, number, lines, words))
                words += len(line.words)
            pieces.append("</p>\n")
        return "".join([*pieces, "</div>\n"])

    def tail(self) -> str:
        """What comes after the pages."""
        return "</body>\n</html>\n"


def _paragraph(paragraph: Paragraph, place: str) -> str:
    return f'<p class="ocr_par" id="par_{place}" title="bbox {_bbox(paragraph.box)}">\n'


def _line(line: Line, page: int, number: int, words_before: int) -> str:
    words = " ".join(
        f'<span class="ocrx_word" id="word_{page}_{place}" title="bbox {_bbox(box)}; '
        f'x_wconf {round(word.confidence)}">{xml(word.text)}</span>'
        for place, (word, box) in enumerate(line.words, start=words_before + 1)
    )
    return f'<span class="ocr_line" id="line_{page}_{number}" title="bbox {_bbox(line.box)}">{words}</span>\n'


def _bbox(box: Box) -> str:
    return f"{box.x0} {box.y0} {box.x1} {box.y1}"
