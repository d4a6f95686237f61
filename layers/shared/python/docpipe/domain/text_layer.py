"""Is the text layer of a page its text? Judged from several signals, since each alone lies.

Layers lie both ways: a stamp or a page number over a scan makes "there is text" true and useless; a
layer under a wrong encoding copies as nonsense; a scan with a good invisible layer needs no OCR.
"""

from __future__ import annotations

from dataclasses import dataclass

GARBLED_SHARE = 0.03
"""Replacement, private-use and unmapped characters: a sound layer has next to none."""

NONSENSE_SHARE = 0.72
"""Plausible words below this: text under a wrong encoding has about 0.55; on 155 pages of known text, letters,
tables, receipts and forms, no page had less than 0.89."""

UNFAMILIAR_SHARE = 0.42
"""Common pairs of letters below this: letters stand for others. See ``plausibility.familiar_share``."""

SQUEEZED_SHARE = 0.3
"""Words of Chinese characters that are narrower than such characters can be: Latin print copies as Chinese."""

STAMP_SPREAD = 0.2
"""Share of the page's height, in twentieths that hold text, up to which a layer over a scan is a stamp, a header
and a page number. Sixteen lines of print have 0.4."""

HIDDEN_STAMP_SPREAD = 0.1
"""The same for an invisible layer, which somebody's OCR made: six lines on a page that has no more have 0.15."""

GOOD_HIDDEN_SHARE = 0.85
"""Plausible words from which an invisible layer over a scan is taken: someone else's OCR must be good."""

SCAN_COVERAGE = 0.5
"""Share of the page under images from which it counts as a scan (or as a page with a background)."""

STAMP_CHARACTERS = 400
"""Visible characters over a scan up to this are a stamp, a header, a Bates number: not the page's text."""

FEW_WORDS = 8
"""So few words tell nothing by their shapes."""

OUTLINED_FACTOR = 1.0
"""Glyph-sized filled shapes for each character from which text counts as drawn in outlines."""

SPARSE_CHARACTERS = 25
"""Up to this, on a page that shows images or shapes, the layer is only part of what can be read."""


@dataclass(frozen=True, slots=True)
class TextLayerSignals:
    """What is measured on a page. Shares are 0-1.

    Attributes:
        characters: in the layer, white space not counted.
        words: in the layer.
        garbled_share: of the characters: U+FFFD, private use, unmapped ``(cid:…)``, controls.
        plausible_share: of the words, or None when there are none to judge.
        familiar_share: of pairs of letters, or None when there are too few or in another script.
        squeezed_share: of the words of Chinese characters, those too narrow for them; 0 without any.
        spread: share of the page's height that holds text, in twentieths.
        image_coverage: share of the page under images.
        hidden_share: of the layer's pieces: invisible, or painted over by an image.
        glyph_shapes: filled shapes of the size of letters.
        shapes: anything painted that is neither text nor image.
    """

    characters: int
    words: int
    garbled_share: float
    plausible_share: float | None
    familiar_share: float | None
    squeezed_share: float
    spread: float
    image_coverage: float
    hidden_share: float
    glyph_shapes: int
    shapes: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the layer is taken as the page's text, and a short stable phrase why."""

    use: bool
    reason: str


def judge(signals: TextLayerSignals) -> Verdict:
    """Decide from all signals together."""
    fault = _fault(signals)
    if fault is not None:
        return Verdict(use=False, reason=fault)
    if signals.image_coverage >= SCAN_COVERAGE:
        return _judge_over_image(signals)
    if signals.glyph_shapes > OUTLINED_FACTOR * signals.characters:
        return Verdict(use=False, reason="text is drawn as outlines")
    if signals.characters <= SPARSE_CHARACTERS and (signals.image_coverage > 0.05 or signals.glyph_shapes):
        return Verdict(use=False, reason="text layer holds only part of the page")
    return Verdict(use=True, reason="text layer is good")


def _fault(signals: TextLayerSignals) -> str | None:
    """What makes a layer useless on any page."""
    if signals.characters == 0:
        return "no text layer"
    if signals.garbled_share > GARBLED_SHARE:
        return "text layer is garbled"
    if _is_nonsense(signals, NONSENSE_SHARE):
        return "text layer reads as nonsense"
    if signals.familiar_share is not None and signals.familiar_share < UNFAMILIAR_SHARE:
        return "letters of the text layer stand for others"
    if signals.squeezed_share > SQUEEZED_SHARE:
        return "letters of the text layer stand for others"
    return None


def _judge_over_image(signals: TextLayerSignals) -> Verdict:
    """A layer over an image as large as a page: its text, or a stamp on it?"""
    if signals.hidden_share >= 0.5:
        if signals.words < FEW_WORDS or _is_nonsense(signals, GOOD_HIDDEN_SHARE):
            return Verdict(use=False, reason="hidden text layer is poor")
        if signals.spread <= HIDDEN_STAMP_SPREAD:
            return Verdict(use=False, reason="hidden text layer holds only part of the page")
        return Verdict(use=True, reason="hidden text layer is good")
    if signals.characters <= STAMP_CHARACTERS or signals.spread <= STAMP_SPREAD:
        return Verdict(use=False, reason="little text over a scan")
    return Verdict(use=True, reason="text layer over a background is good")


def _is_nonsense(signals: TextLayerSignals, threshold: float) -> bool:
    return signals.words >= FEW_WORDS and (signals.plausible_share or 0.0) < threshold
