"""Signing in on somebody else's page, and by a host page that hands its token over."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from local.runtime import Runtime
from tests.browser.conftest import Visiting
from tests.support.issuer import CLIENT_ID, Issuer
from tests.support.runtimes import PATIENCE_S

pytestmark = pytest.mark.xdist_group("browser")


def token_of(runtime: Runtime) -> str:
    """A token that the API takes."""
    answer = httpx.get(f"{runtime.url}/local/token?tenant=signed-in", timeout=PATIENCE_S, trust_env=False)
    return str(answer.json()["token"])


@pytest.fixture
def issuer(runtime: Runtime) -> Iterator[Issuer]:
    issuer = Issuer(lambda: token_of(runtime), page=f"{runtime.url}/")
    issuer.start()
    yield issuer
    issuer.stop()


def configured(page: Page, auth: dict[str, str]) -> None:
    """Have the page sign in by this configuration."""
    config = {"api_base": "/api", "websocket_url": "/ws", "auth": auth}
    page.context.unroute("**/config.json")
    page.context.route("**/config.json", lambda route: route.fulfill(json=config))


def test_somebody_signs_in_at_an_issuer_and_comes_back_to_the_same_place(visiting: Visiting, issuer: Issuer) -> None:
    visit = visiting()
    configured(visit.page, {"kind": "oidc", "issuer": issuer.url, "client_id": CLIENT_ID})
    visit.page.goto(f"{visit.url}/#/?show=done")
    visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_text("Nothing is done yet")).to_be_visible()
    # The code is used up, and out of the address.
    assert visit.page.url == f"{visit.url}/#/?show=done"
    visit.page.reload()
    expect(visit.page.get_by_text("Nothing is done yet")).to_be_visible()
    visit.page.get_by_role("button", name="Account").click()
    # Signing out leads to the issuer and back.
    with visit.page.expect_navigation(url=f"{visit.url}/"):
        visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert visit.violations() == []
    visit.page.reload()
    expect(visit.page.get_by_role("button", name="Sign in")).to_be_visible()


HOST_PAGE = """<!doctype html><title>Portal</title><iframe src="/?framed" width="1000" height="700"></iframe><script>
addEventListener('message', ({data, origin, source}) => {
    if (origin !== location.origin || data?.type !== 'docpipe:token-wanted') return;
    source.postMessage({type: 'docpipe:token', token: 'TOKEN'}, origin);
});
</script>"""


def test_a_host_page_hands_its_token_over(visiting: Visiting, runtime: Runtime) -> None:
    visit = visiting()
    configured(visit.page, {"kind": "host", "origin": runtime.url})
    host = HOST_PAGE.replace("TOKEN", token_of(runtime))
    visit.page.route("**/portal.html", lambda route: route.fulfill(body=host, content_type="text/html"))
    visit.page.goto(f"{visit.url}/portal.html")
    framed = visit.page.frame_locator("iframe")
    expect(framed.get_by_role("heading", level=1, name="Turn scans into text")).to_be_visible()
