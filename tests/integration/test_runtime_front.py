"""What the front of the local runtime serves where: page, API, tokens, keys, settings of the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from starlette.responses import JSONResponse

from local.front.application import front_application
from local.front.server import FrontServer
from local.front.tokens import AUDIENCE, LIFETIME_S, LocalIssuer, Principal

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class EchoApi:
    """In the place of the API: says which path it was asked for."""

    async def answer(self, request: Any, path: str) -> JSONResponse:
        await asyncio.sleep(0)
        return JSONResponse({"api": path, "method": request.method})


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "dist"


@pytest.fixture(scope="module")
def server(page: Path) -> Iterator[FrontServer]:
    server = FrontServer()
    api: Any = EchoApi()
    server.application = front_application(api, None, LocalIssuer(server.url), page)
    server.start()
    yield server
    server.stop()
    server.join()
    server.close()


@pytest.fixture
def client(server: FrontServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def built(page: Path) -> Iterator[None]:
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<title>the page</title>")
    (page / "assets" / "app.js").write_text("run()")
    yield
    for path in sorted(page.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    page.rmdir()


def test_without_a_built_page_the_root_says_how_to_build_it(client: httpx.Client) -> None:
    answer = client.get("/", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "make web" in answer.text


@pytest.mark.usefixtures("built")
def test_files_of_the_page_are_served_and_its_index_for_what_it_routes_itself(client: httpx.Client) -> None:
    for path in ("/", "/documents/7", "/no/such/thing"):
        assert client.get(path, headers=BROWSER).text == "<title>the page</title>"
    script = client.get("/assets/app.js")
    assert (script.text, script.headers["content-type"].split(";")[0]) == ("run()", "text/javascript")
    assert client.get("/", headers=BROWSER).headers["cache-control"] == "no-cache"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("path", ["/../secret", "/..%2fsecret", "/assets/../../secret", "/%2e%2e/secret"])
def test_nothing_outside_of_the_page_is_served(client: httpx.Client, page: Path, path: str) -> None:
    (page.parent / "secret").write_text("secret")
    assert "secret" not in client.get(path, headers=BROWSER).text.replace("/secret", "")


@pytest.mark.usefixtures("built")
def test_the_api_is_below_its_prefix_and_at_the_root(client: httpx.Client) -> None:
    assert client.get("/api/documents/7").json() == {"api": "/documents/7", "method": "GET"}
    assert client.get("/api/documents/7", headers=BROWSER).json()["api"] == "/documents/7"
    assert client.delete("/api/documents/7").json()["method"] == "DELETE"
    assert client.get("/api").json()["api"] == "/"
    assert client.get("/apiary").json()["api"] == "/apiary"
    assert client.get("/documents/7").json()["api"] == "/documents/7"
    assert client.post("/documents", headers=BROWSER, json={}).json() == {"api": "/documents", "method": "POST"}


def test_a_token_is_given_to_whoever_asks_on_this_machine(client: httpx.Client, server: FrontServer) -> None:
    answer = client.get("/local/token?role=admin&tenant=other")
    given = answer.json()
    (key,) = jwt.PyJWKSet.from_dict(client.get("/.well-known/jwks.json").json()).keys
    claims = jwt.decode(given["token"], key, ["ES256"], audience=AUDIENCE, issuer=server.url)
    assert claims["app_metadata"] == {"docpipe_tenant": "other", "docpipe_role": "admin"}
    assert claims["exp"] - claims["iat"] == given["expires_in"] == LIFETIME_S
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/local/token?role=king").status_code == 400


def test_the_key_set_holds_no_private_part(client: httpx.Client) -> None:
    (key,) = client.get("/.well-known/jwks.json").json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_the_page_is_told_of_its_surroundings(client: httpx.Client) -> None:
    assert client.get("/config.json").json() == {
        "api_base": "/api",
        "websocket_url": "/ws",
        "auth": {"kind": "local", "token_url": "/local/token"},
    }


def test_a_name_that_was_bent_to_this_machine_gets_nothing(client: httpx.Client) -> None:
    answer = client.get("/local/token", headers={"host": "stranger.example"})
    assert answer.status_code == 400
    assert "token" not in json.dumps(answer.text)


def test_a_token_is_used_again_for_half_of_its_life() -> None:
    issuer = LocalIssuer("http://127.0.0.1:1")
    assert issuer.token(Principal()) == issuer.token(Principal())
    assert issuer.token(Principal()) != issuer.token(Principal(role="admin"))
