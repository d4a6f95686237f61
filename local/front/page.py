"""Serves the page that ``make web`` has built."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from local.processes import PROJECT_ROOT

BUILT_PAGE: Final = PROJECT_ROOT / "web" / "dist"

_STORAGE: Final = "http://127.0.0.1:* http://localhost:*"
"""The emulated S3, on whichever port: uploads go to it, page images come from it."""

HEADERS: Final = {
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src 'self' {_STORAGE}; connect-src 'self' {_STORAGE} ws://127.0.0.1:* ws://localhost:*; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""As the deployed page is served: what the page would not be allowed there, it is not allowed here."""

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Docpipe</title>
<h1>Docpipe is running</h1>
<p>The page is not built. Run <code>make web</code>, then load this address again.</p>
<p>The API is at <code>/api</code>; <a href="/local/token">/local/token</a> gives a bearer token for it.</p>
</html>
"""


class Page:
    """Files of a folder, and its ``index.html`` in the place of those that are not there.

    The folder may come and go while this serves.

    Args:
        folder: of the built page.
    """

    def __init__(self, folder: Path) -> None:
        self._index = folder / "index.html"
        self._files = StaticFiles(directory=folder, check_dir=False)

    def takes(self, request: Request) -> bool:
        """Whether a request is for the page: for one of its files, or made by a browser that goes to an address."""
        if request.method not in ("GET", "HEAD"):
            return False
        goes = request.url.path == "/" or "text/html" in request.headers.get("accept", "")
        return goes or self._file(request) is not None

    async def answer(self, request: Request) -> Response:
        """The file asked for, or the page itself, whose own router knows the rest."""
        file = self._file(request)
        if file is not None:
            return await self._files.get_response(file, request.scope)
        if self._index.is_file():
            return FileResponse(self._index, headers=HEADERS)
        return HTMLResponse(_NOT_BUILT)

    def _file(self, request: Request) -> str | None:
        path = self._files.get_path(request.scope)
        full_path, found = self._files.lookup_path(path)
        return path if found is not None and Path(full_path).is_file() else None
