"""Chromium on the page of a real runtime: starting it, and what is seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, Playwright, expect

from local.processes import PROJECT_ROOT
from tests.support.uploads import payload

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
PATIENCE_MS: Final = 180_000
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
        """What axe finds on the page as it is now, at rest: colours in the middle of a movement are nobody's."""
        self.page.emulate_media(reduced_motion="reduce")
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(_AXE.read_text())
        found: list[str] = self.page.evaluate(_VIOLATIONS)
        return found

    def overflow(self) -> int:
        """Pixels by which the page is wider than the screen."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return wider
