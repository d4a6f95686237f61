"""Faults of one page: it is kept as failed, and the rest of the document goes on."""

from __future__ import annotations

from docpipe.domain.errors.base import DocpipeError


class PageError(DocpipeError):
    """One page cannot be read. It is kept as a failed page with this code; the rest goes on."""

    code = "page_error"


class PageTimeoutError(PageError):
    """Reading the page took longer than a page may take."""

    code = "page_timeout"

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(
            f"Reading this page took longer than {limit_seconds:.0f} s. Scan the page again in black and white or grey."
        )


class PageTooLargeError(PageError):
    """The page has more pixels than a page worker may hold."""

    code = "page_too_large"

    def __init__(self) -> None:
        super().__init__("This page is too large to be read. Scan it again at 300 dpi or less.")


class PageUnreadableError(PageError):
    """The content of the page is damaged."""

    code = "page_unreadable"

    def __init__(self) -> None:
        super().__init__("This page is damaged and cannot be drawn. Scan the page again.")


class PageWorkerDiedError(PageError):
    """The process reading the page ended without an answer, most often for want of memory."""

    code = "page_worker_died"

    def __init__(self) -> None:
        super().__init__(
            "Reading this page stopped the reader, most likely for want of memory. Scan the page again at 300 dpi."
        )
