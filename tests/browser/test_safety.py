"""What the page keeps to itself, and what it never runs."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, expect

from local.processes import PROJECT_ROOT
from local.runtime import Runtime
from tests.support.browsing import Visit
from tests.support.uploads import scan, slip

pytestmark = pytest.mark.xdist_group("browser")

SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>.pdf"
DOCS = PROJECT_ROOT / "docs" / "web.md"


def snippets(language: str, source: Path = DOCS) -> list[str]:
    """The code blocks of a page of the documentation."""
    return re.findall(rf"```{language}\n(.*?)```", source.read_text(), re.DOTALL)


def test_a_script_in_a_filename_is_text_everywhere(visit: Visit) -> None:
    opened: list[str] = []

    def close(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    visit.page.on("dialog", close)
    visit.upload({**scan("x", slip("Harmless words")), "name": SCRIPT})
    visit.wait_for(SCRIPT, "completed")
    visit.page.get_by_role("button", name=f"Delete {SCRIPT}").click()
    expect(visit.page.get_by_role("dialog")).to_contain_text(SCRIPT)
    visit.page.keyboard.press("Escape")
    visit.open(SCRIPT)
    expect(visit.page).to_have_title(re.compile("^" + re.escape(SCRIPT)))
    visit.go("#/search?q=harmless")
    expect(visit.page.get_by_test_id("hit")).to_contain_text(SCRIPT)
    assert visit.page.locator("img[src=x], script:not([src])").count() == 0
    assert opened == []


def test_the_page_runs_under_a_strict_policy(visit: Visit) -> None:
    """Violations fail every test: here it is certain that there is a policy, and that it is strict."""
    answer = visit.page.request.get(visit.url, headers={"accept": "text/html"})
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a page of another origin on this machine, as a frontend under development is."""

    class Blank(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Elsewhere</title>")

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def test_the_snippet_of_the_documentation_uploads_from_a_page_elsewhere_with_fetch_alone(
    visit: Visit, runtime: Runtime, elsewhere: str
) -> None:
    (snippet, *_) = snippets("js")
    other = visit.context.new_page()
    other.goto(elsewhere)
    document_id = other.evaluate(
        f"""async ([site, tenant]) => {{
            const api = `${{site}}/api`;
            const {{ token }} = await (await fetch(`${{site}}/local/token?tenant=${{tenant}}`)).json();
            {snippet}
            const file = new File(['no PDF'], 'by-fetch.pdf', {{type: 'application/pdf'}});
            return await upload(file);
        }}""",
        [runtime.url, visit.tenant],
    )
    visit.wait_for("by-fetch.pdf", "failed")
    assert visit.row("by-fetch.pdf").get_attribute("data-id") == document_id
    expect(visit.row("by-fetch.pdf")).to_contain_text("This kind of file cannot be read")


def test_a_page_of_a_stranger_gets_neither_token_nor_answer(visit: Visit, runtime: Runtime) -> None:
    stranger = visit.context.new_page()
    stranger.route("http://stranger.localhost/", lambda route: route.fulfill(body="<title>Stranger</title>"))
    stranger.goto("http://stranger.localhost/")
    for path in ("/local/token", "/api/documents"):
        refused = stranger.evaluate(
            "address => fetch(address, {headers: {authorization: 'Bearer x'}}).then(() => null, String)",
            f"{runtime.url}{path}",
        )
        assert refused == "TypeError: Failed to fetch"


def test_a_page_that_cannot_start_says_why(visit: Visit) -> None:
    visit.page.route("**/config.json", lambda route: route.fulfill(status=404))
    visit.page.reload()
    expect(visit.page.get_by_role("alert")).to_contain_text("no config.json")
