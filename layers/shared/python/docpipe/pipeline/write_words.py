"""The results that are text: all of them written in one pass over the pages, which are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from docpipe.domain.outputs import FILE_NAMES, Output
from docpipe.domain.page import PageText
from docpipe.markup import markup_of

_PAGE_BREAK = "\f"
"""Parts pages in the whole text, as Tesseract and pdftotext do."""

TEXT = "text.txt"


def write_words(
    pages: Iterable[PageText], folder: Path, outputs: Iterable[Output], page_count: int
) -> Iterator[PageText]:
    """Write ``text.txt`` and the outputs, each under its name, while the pages go by; memory is flat in their number.

    Returns:
        The pages as they are. The files are whole when the last one has been taken and there are no more.
    """
    with ExitStack() as files:
        text = files.enter_context((folder / TEXT).open("w", encoding="utf-8"))
        kinds = [
            (markup_of(output), files.enter_context((folder / FILE_NAMES[output]).open("w", encoding="utf-8")))
            for output in outputs
        ]
        for markup, file in kinds:
            file.write(markup.head(page_count))
        for page in pages:
            text.write(page.text if page.page_number == 1 else _PAGE_BREAK + page.text)
            for markup, file in kinds:
                file.write(markup.page(page))
            yield page
        for markup, file in kinds:
            file.write(markup.tail())
