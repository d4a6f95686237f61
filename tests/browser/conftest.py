"""One built page, one runtime and one browser for all tests of the page; a tenant for each test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, sync_playwright

from local.processes import PROJECT_ROOT
from local.runtime import Runtime
from local.samples import Samples, make_samples
from tests.support.browsing import LIGHT, Look, Visit, launch


class Visiting(Protocol):
    def __call__(
        self, *, role: str = "member", look: Look = LIGHT, tenant: str | None = None, url: str | None = None
    ) -> Visit: ...


@pytest.fixture(scope="session")
def built_page() -> None:
    for script in ("setup_browser.sh", "build_web.sh"):
        subprocess.run([PROJECT_ROOT / "tools" / script], check=True)


@pytest.fixture(scope="package")
def runtime(built_page: None) -> Iterator[Runtime]:
    with Runtime(PROJECT_ROOT) as runtime:
        yield runtime


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return make_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture
def visiting(runtime: Runtime, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visiting]:
    """Makes visits. At their end, nothing may have gone wrong on the page, and nobody else been asked."""
    visits: list[Visit] = []

    def visit(*, role: str = "member", look: Look = LIGHT, tenant: str | None = None, url: str | None = None) -> Visit:
        visits.append(Visit(browser, url or runtime.url, tenant=tenant, role=role, look=look))
        return visits[-1]

    yield visit
    for each in visits:
        faults, hosts = each.faults, each.hosts
        each.context.close()
        assert not faults
        assert hosts <= {"127.0.0.1", "localhost", None}


@pytest.fixture
def visit(visiting: Visiting) -> Visit:
    """A member at the page."""
    visit = visiting()
    visit.go()
    return visit
