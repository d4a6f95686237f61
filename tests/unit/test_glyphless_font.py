from __future__ import annotations

from importlib.resources import files

from docpipe.pdf.glyphless import FONT_FILE
from tools.make_glyphless_font import font


def test_the_committed_font_is_the_one_its_tool_makes_and_tiny() -> None:
    committed = files("docpipe.pdf").joinpath(FONT_FILE).read_bytes()
    assert committed == font()
    assert len(committed) < 1_024
