"""Reading one page: its text layer when that is good, else drawn, and recognised."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from docpipe.domain.errors import PageUnreadableError
from docpipe.domain.layout import lay_out
from docpipe.domain.page import PageReading, Word, mean_confidence
from docpipe.domain.page import PageSource as Origin
from docpipe.domain.resolution import POINTS_PER_INCH
from docpipe.domain.text_layer import Verdict, judge
from docpipe.page_source import PageSource, SourcePage, TextLayer
from docpipe.ports import OcrEngine, ReadOptions
from docpipe.reading.blank import is_blank
from docpipe.reading.upright import NOTHING_SEEN, recognise_upright

_IMAGE_FILE = Verdict(use=False, reason="image file")
_SECOND_LOOK = "; read better at a second look"
_ASKED_FOR = Verdict(use=False, reason="recognition was asked for")


def read_page(source: PageSource, page_number: int, engine: OcrEngine, options: ReadOptions) -> PageReading:
    """Read a page.

    Raises:
        PageError: it cannot be read, by reason.
        LanguageUnavailableError: a language asked for is not installed.
    """
    started = monotonic()
    page = source.page(page_number)
    layer = None if options.force_ocr else page.text_layer()
    verdict = judge(layer.signals) if layer else (_ASKED_FOR if options.force_ocr else _IMAGE_FILE)
    if layer is not None and verdict.use:
        reading = _from_layer(page_number, page, layer, verdict)
    else:
        reading = _from_drawing(page_number, page, engine, options, verdict)
    return replace(reading, duration_ms=round((monotonic() - started) * 1_000))


def _from_layer(page_number: int, page: SourcePage, layer: TextLayer, verdict: Verdict) -> PageReading:
    drawing = page.preview()
    text, words = lay_out(layer.words)
    return PageReading(
        page_number=page_number,
        source=Origin.TEXT_LAYER,
        reason=verdict.reason,
        text=text,
        words=words,
        mean_confidence=mean_confidence(words),
        dpi=drawing.dpi,
        rotation=0,
        width=page.width,
        height=page.height,
        image=drawing.picture(0),
        duration_ms=0,
    )


def _from_drawing(
    page_number: int, page: SourcePage, engine: OcrEngine, options: ReadOptions, verdict: Verdict
) -> PageReading:
    drawing = page.draw()
    origin, reason, seen = Origin.BLANK, "page is blank", NOTHING_SEEN
    if is_blank(drawing.image):
        if drawing.damaged:
            # A scan that was lost on the way must not pass for an empty sheet.
            raise PageUnreadableError
    else:
        seen = recognise_upright(drawing, engine, options)
        origin, reason = Origin.OCR, f"{verdict.reason}{_SECOND_LOOK if seen.again else ''}"
    words = _in_points(seen.text.words, drawing.recognition_dpi)
    sideways = seen.rotation in (90, 270)
    return PageReading(
        page_number=page_number,
        source=origin,
        reason=reason,
        text=seen.text.text,
        words=words,
        mean_confidence=mean_confidence(words),
        dpi=drawing.dpi,
        rotation=seen.rotation,
        width=page.height if sideways else page.width,
        height=page.width if sideways else page.height,
        image=drawing.picture(seen.rotation),
        duration_ms=0,
        script=seen.script,
    )


def _in_points(words: tuple[Word, ...], dpi: float) -> tuple[Word, ...]:
    scale = POINTS_PER_INCH / dpi
    return tuple(
        Word(word.text, word.x0 * scale, word.y0 * scale, word.x1 * scale, word.y1 * scale, word.confidence, word.line)
        for word in words
    )
