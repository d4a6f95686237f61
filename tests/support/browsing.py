"""Chromium on the page of a real runtime: starting it, files to upload, and what is seen."""

from __future__ import annotations

import io
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import pymupdf
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, Playwright, expect

from local.processes import PROJECT_ROOT

CHROMIUM: Final = "/usr/bin/chromium"
_OPTIONS: Final = (
    # The tests run as root, for whom Chromium's sandbox does not work.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS: Final = 60_000
"""Long enough for a machine under load. Waiting ends as soon as what is waited for is there."""

expect.set_options(timeout=PATIENCE_MS)

_AXE: Final = PROJECT_ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_VIOLATIONS: Final = """
async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
    violation => `${violation.id}: ${violation.nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary)}`)
"""


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium: Playwright's own would have to be fetched."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(_OPTIONS))


@dataclass(frozen=True, slots=True)
class Look:
    """A device and its settings."""

    name: str
    width: int = 1_280
    height: int = 860
    scheme: str = "light"
    phone: bool = False


LIGHT, DARK = Look("light"), Look("dark", scheme="dark")
PHONE, DARK_PHONE = Look("phone", 390, 844, phone=True), Look("dark phone", 390, 844, scheme="dark", phone=True)


class Visit:
    """A person at the page, of a tenant of their own unless told otherwise.

    Attributes:
        page: what Playwright drives.
        faults: exceptions on the page, and what the content security policy refused.
        hosts: every host that the page has asked for something.
    """

    def __init__(self, browser: Browser, url: str, *, tenant: str | None, role: str, look: Look) -> None:
        self.url = url
        self.tenant = tenant or f"tenant-{uuid4().hex[:12]}"
        self.faults: list[str] = []
        self.hosts: set[str | None] = set()
        self.context: BrowserContext = browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme="dark" if look.scheme == "dark" else "light",
            has_touch=look.phone,
            is_mobile=look.phone,
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.route("**/config.json", self._configure)
        self.context.add_init_script(f"sessionStorage.setItem('docpipe.role', '{role}')")
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', event =>"
            " console.error(`refused by policy: ${event.violatedDirective} ${event.blockedURI}`))"
        )
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))
        self.page.on("console", self._hear)

    def _configure(self, route: Any) -> None:
        """The page's settings, with tokens of this visit's tenant."""
        config = route.fetch().json()
        config["auth"]["token_url"] += f"?tenant={self.tenant}"
        route.fulfill(json=config)

    def _hear(self, message: Any) -> None:
        if "refused by policy" in message.text:
            self.faults.append(message.text)

    def go(self, place: str = "#/") -> None:
        """Go to a place of the page, and wait until it is there."""
        self.page.goto(f"{self.url}/{place}")
        expect(self.page.get_by_role("banner")).to_be_visible(timeout=PATIENCE_MS)

    def upload(self, *files: Path | FilePayload) -> None:
        """Choose files, as the file picker does: by path, or as name, type and bytes."""
        # Playwright takes paths or payloads, not both in one call.
        payloads = [file if isinstance(file, dict) else payload(file) for file in files]
        self.page.get_by_test_id("files").set_input_files(payloads)

    def row(self, filename: str) -> Locator:
        """The row of a document in a list."""
        link = self.page.get_by_role("link", name=filename, exact=True)
        return self.page.get_by_test_id("document").filter(has=link)

    def wait_for(self, filename: str, status: str) -> Locator:
        """The row of a document, once it has a status."""
        row = self.row(filename)
        expect(row).to_have_attribute("data-status", status)
        return row

    def open(self, filename: str) -> None:
        """Open a document of the list."""
        self.page.get_by_role("link", name=filename, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=filename)).to_be_visible()

    def violations(self) -> list[str]:
        """What axe finds on the page as it is now."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(_AXE.read_text())
        found: list[str] = self.page.evaluate(_VIOLATIONS)
        return found

    def overflow(self) -> int:
        """Pixels by which the page is wider than the screen."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return wider


def payload(path: Path) -> FilePayload:
    types = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".tif": "image/tiff"}
    return {"name": path.name, "mimeType": types.get(path.suffix, ""), "buffer": path.read_bytes()}


def slip(*lines: str) -> Image.Image:
    """A small page with a few large words: cheap to read."""
    page = Image.new("L", (620, 400), 250)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=34)
    for number, line in enumerate(lines):
        draw.text((40, 50 + number * 70), line, fill=20, font=font)
    return page


def scan(name: str, *pages: Image.Image) -> FilePayload:
    """A scan of these pages, as the file picker gives it."""
    content = io.BytesIO()
    pages[0].save(content, "PDF", save_all=True, append_images=list(pages[1:]), resolution=100)
    return {"name": name, "mimeType": "application/pdf", "buffer": content.getvalue()}


def picture(name: str, page: Image.Image, kind: str = "PNG") -> FilePayload:
    """A picture, as the file picker gives it."""
    content = io.BytesIO()
    page.save(content, kind)
    return {"name": name, "mimeType": f"image/{kind.lower()}", "buffer": content.getvalue()}


def partly_damaged(name: str) -> FilePayload:
    """A scan of three pages, the second of which cannot be drawn."""
    with pymupdf.open() as document:
        for number in (1, 2, 3):
            image = io.BytesIO()
            slip(f"Sound page {number}").save(image, "PNG")
            document.new_page(width=446, height=288).insert_image((0, 0, 446, 288), stream=image.getvalue())
        document.update_stream(document[1].get_images()[0][0], b"no pixels at all", compress=False)
        return {"name": name, "mimeType": "application/pdf", "buffer": document.tobytes()}


class Wire:
    """A line to a server on this machine that can be cut, as a train does in a tunnel.

    Args:
        port: of the server.
    """

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._whole = True
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def port(self) -> int:
        """Where the line begins."""
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """End every connection, and take no other."""
        self._whole = False
        for end in list(self._open):
            end.close()

    def mend(self) -> None:
        """Take connections again."""
        self._whole = True

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listener.close()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._whole:
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()
            else:
                near.close()

    def _carry(self, near: socket.socket) -> None:
        """Carry bytes both ways until either end is gone."""
        with near, socket.create_connection(self._server) as far, selectors.DefaultSelector() as ready:
            self._open |= {near, far}
            for end, other in ((near, far), (far, near)):
                ready.register(end, selectors.EVENT_READ, other)
            try:
                while self._whole:
                    for key, _ in ready.select(timeout=0.2):
                        data = key.fileobj.recv(65_536)  # type: ignore[union-attr]
                        if not data:
                            return
                        key.data.sendall(data)
            except (OSError, ValueError):
                return
            finally:
                self._open -= {near, far}


@contextmanager
def wire_to(url: str) -> Iterator[tuple[Wire, str]]:
    """A line to an address, and the address to use in its place."""
    wire = Wire(int(urlsplit(url).port or 80))
    try:
        yield wire, f"http://127.0.0.1:{wire.port}"
    finally:
        wire.close()
