"""One tenant's ids in the hands of another: on every route that the API describes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from docpipe.domain.errors import DatabaseError
from docpipe.stores import NewWebhook
from functions.api.application import application, description
from tests.support.api import Client, Surroundings
from tests.support.records import Records

DESCRIPTION = json.loads(description(application()))
ROUTES = sorted(
    (method.upper(), path)
    for path, operations in DESCRIPTION["paths"].items()
    for method in operations
    if method in ("get", "post", "put", "patch", "delete")
)
WITH_IDS = [(method, path) for method, path in ROUTES if "_id}" in path]
WITHOUT_IDS = [(method, path) for method, path in ROUTES if "_id}" not in path]

MARKER = "hypertension"
ANSWERED = (200, 202, 204, 409)
BODIES: dict[str, object] = {
    "/settings": {"email_opt_out": True},
    "/webhooks/{webhook_id}": {"url": "https://changed.example/hook"},
    "/documents": {"filename": "scan.pdf", "byte_size": 1_000},
    "/batches": {"documents": [{"filename": "scan.pdf", "byte_size": 1_000}]},
    "/webhooks": {"url": "https://stranger.example/hook"},
    "/admin/redrive": {"queue": "intake"},
}
QUERIES = {"/search": f"q={MARKER}"}


def body_of(method: str, path: str) -> object:
    return BODIES.get(path) if method in ("POST", "PATCH") else None


@pytest.fixture
def around(records: Records, aws_credentials: None) -> Surroundings:
    return Surroundings(records)


@pytest.fixture
def owned(records: Records, around: Surroundings) -> dict[str, str]:
    """What tenant-a has: an id for every parameter that a path can have."""
    document_id = records.completed(2, text=MARKER, failed=(2,), tenant_id="tenant-a")
    batch_id = uuid4()
    records.rows(
        "UPDATE documents SET batch_id = %s, filename = %s WHERE id = %s RETURNING 1", batch_id, MARKER, document_id
    )
    webhook = around.api.webhooks.add(
        "tenant-a", NewWebhook("https://owner.example/hook", "secret", None), limit=10, actor="me"
    )
    delivery = around.api.webhooks.ping("tenant-a", webhook.webhook_id)
    around.results.put(f"documents/{document_id}/text.txt", b"text", "text/plain")
    return {
        "document_id": str(document_id),
        "batch_id": str(batch_id),
        "webhook_id": str(webhook.webhook_id),
        "event_id": str(delivery.event_id),
        "page_number": "1",
    }


def everything_of(records: Records, tenant_id: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of a tenant."""
    own = "SELECT * FROM {} WHERE tenant_id = %s ORDER BY 1"
    tables = ("documents", "webhooks", "tenants", "audit", "erasures", "idempotency_keys")
    rows = {table: records.rows(own.format(table), tenant_id) for table in tables}
    delivered = "SELECT t.* FROM webhook_deliveries t JOIN webhooks w ON w.id = t.webhook_id WHERE w.tenant_id = %s"
    rows["webhook_deliveries"] = records.rows(delivered, tenant_id)
    for table in ("pages", "chunks", "events"):
        joined = "SELECT t.* FROM {} t JOIN documents d ON d.id = t.document_id WHERE d.tenant_id = %s ORDER BY 1, 2"
        rows[table] = records.rows(joined.format(table), tenant_id)
    return rows


def test_the_description_has_routes_of_both_kinds() -> None:
    assert len(WITH_IDS) >= 10
    assert len(WITHOUT_IDS) >= 8


@pytest.mark.parametrize(("method", "path"), WITH_IDS)
def test_another_tenants_things_do_not_exist(
    records: Records, around: Surroundings, owned: dict[str, str], method: str, path: str
) -> None:
    before = everything_of(records, "tenant-a")
    for ids in (owned, {**owned, **{name: str(uuid4()) for name in owned if name.endswith("_id")}}):
        status, problem = Client(around, "tenant-b", role="admin").call(
            method, path.format(**ids), body_of(method, path)
        )
        assert (status, problem["code"].endswith("_not_found")) == (404, True), problem
    assert everything_of(records, "tenant-a") == before
    assert around.results.objects
    # The same request is answered to the owner: it was the tenant that made the difference.
    assert Client(around).respond(method, path.format(**owned), body_of(method, path))["statusCode"] in ANSWERED


@pytest.mark.parametrize(("method", "path"), WITHOUT_IDS)
def test_nothing_of_another_tenant_is_shown_or_changed(
    records: Records, around: Surroundings, owned: dict[str, str], method: str, path: str
) -> None:
    before = everything_of(records, "tenant-a")
    stranger = Client(around, "tenant-b", role="admin")
    answer = stranger.respond(method, path, body_of(method, path), QUERIES.get(path, ""))
    assert answer["statusCode"] in (200, 201)
    assert MARKER not in answer["body"]
    assert not [value for name, value in owned.items() if name.endswith("_id") and value in answer["body"]]
    assert everything_of(records, "tenant-a") == before


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[1].startswith("/admin")])
@pytest.mark.parametrize("role", ["member", "premium", "", "ADMIN"])
def test_the_operators_routes_need_the_operators_role(around: Surroundings, method: str, path: str, role: str) -> None:
    status, problem = Client(around, role=role).call(method, path, body_of(method, path))
    assert (status, problem["code"]) == (403, "forbidden")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_request_past_the_authorizer_gets_nothing(
    around: Surroundings, owned: dict[str, str], method: str, path: str
) -> None:
    status, problem = Client(around, tenant_id="").call(
        method, path.format(**owned), body_of(method, path), QUERIES.get(path, "")
    )
    assert (status, problem["code"]) == (403, "forbidden")


def test_row_level_security_stands_behind_every_table_of_a_tenant(
    records: Records, around: Surroundings, owned: dict[str, str]
) -> None:
    Client(around).call("POST", f"/documents/{owned['document_id']}/retry")
    Client(around).call("GET", "/settings")
    tables = ("documents", "chunks", "pages", "webhooks", "webhook_deliveries", "tenants", "audit", "rate_buckets")
    with records.database.transaction("tenant-b") as cursor:
        assert [table for table in tables if cursor.execute(f"SELECT 1 FROM {table}").fetchall()] == []
        cursor.execute("DELETE FROM documents WHERE id = %s", (UUID(owned["document_id"]),))
        assert cursor.rowcount == 0
    with records.database.transaction("tenant-a") as cursor:
        assert all(cursor.execute(f"SELECT 1 FROM {table}").fetchall() for table in tables)


def test_a_table_that_is_added_is_behind_row_level_security_or_out_of_reach(records: Records) -> None:
    rows = records.rows(
        """SELECT c.relname AS name, c.relrowsecurity AS guarded,
                  EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) AS has_policy,
                  has_any_column_privilege('docpipe_tenant', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                  OR has_table_privilege('docpipe_tenant', c.oid, 'DELETE, TRUNCATE, TRIGGER') AS reached
             FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"""
    )
    reached = [row for row in rows if row["reached"]]
    assert {"documents", "pages", "webhooks", "audit"} <= {row["name"] for row in reached}
    assert [row["name"] for row in reached if not (row["guarded"] and row["has_policy"])] == []
    (role,) = records.rows("SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = 'docpipe_tenant'")
    assert set(role.values()) == {False}


@pytest.mark.parametrize("table", ["documents", "webhooks", "tenants", "audit", "rate_buckets"])
def test_no_row_can_be_given_to_another_tenant(
    records: Records, around: Surroundings, owned: dict[str, str], table: str
) -> None:
    Client(around).call("POST", f"/documents/{owned['document_id']}/retry")
    Client(around).call("GET", "/settings")
    assert records.rows(f"SELECT 1 FROM {table} WHERE tenant_id = 'tenant-a'")
    with pytest.raises(DatabaseError), records.database.transaction("tenant-a") as cursor:
        cursor.execute(f"UPDATE {table} SET tenant_id = 'tenant-b' WHERE tenant_id = 'tenant-a'")
