"""Text layers judged on pages of which it is known whether the layer is the page's text."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from docpipe.domain.text_layer import judge
from docpipe.reading import open_source
from tests.support.layered import LABELLED, Draw

RIGHT_SHARE = 0.99


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bool, str]]:
    """Of each labelled page whether its layer was taken, and why."""
    folder = tmp_path_factory.mktemp("layers")
    return {name: _judged(draw, folder / f"{number}.pdf") for number, (name, (_, draw)) in enumerate(LABELLED.items())}


def _judged(draw: Draw, path: Path) -> tuple[bool, str]:
    with pymupdf.open() as document:
        draw(document.new_page(width=612, height=792))
        document.save(path)
    with open_source(path) as source:
        layer = source.page(1).text_layer()
    assert layer is not None
    verdict = judge(layer.signals)
    return verdict.use, verdict.reason


def test_nearly_every_layer_is_judged_right(judged: dict[str, tuple[bool, str]]) -> None:
    assert len(LABELLED) >= 120
    wrong = {name: judged[name] for name, (usable, _) in LABELLED.items() if judged[name][0] != usable}
    assert len(wrong) <= len(LABELLED) * (1 - RIGHT_SHARE), wrong


def test_each_page_is_judged_for_a_reason(judged: dict[str, tuple[bool, str]]) -> None:
    reasons = {reason for _, reason in judged.values()}
    assert all(reasons)
    assert len(reasons) >= 9
