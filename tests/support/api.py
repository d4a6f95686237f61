"""A caller of the HTTP API through its handler, with the real database behind it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import boto3
from moto import mock_aws

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.postgres.lifecycle import PostgresLifecycle
from docpipe.adapters.postgres.operations import PostgresOperations
from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.adapters.postgres.results import PostgresResults
from docpipe.adapters.postgres.tenants import PostgresRateLimiter, PostgresSettings
from docpipe.adapters.postgres.webhooks import PostgresWebhooks
from docpipe.adapters.s3 import S3UploadDesk
from docpipe.bootstrap.api import Api
from docpipe.pipeline.change_document import Changes
from docpipe.pipeline.create_document import FrontDesk
from docpipe.pipeline.erase_document import Shelves
from docpipe.pipeline.publish import Publisher
from functions.api.handler import handle
from tests.support.fakes import FakeLinks, FakeObjectStore, FakeQueues
from tests.support.invocations import Context
from tests.support.records import Records


class Surroundings:
    """What stands around the API: buckets and queues that a test can look into."""

    def __init__(self, records: Records) -> None:
        with mock_aws():
            desk = S3UploadDesk(boto3.client("s3", config=CONFIG), "uploads-bucket")
        self.uploads, self.results, self.queues = FakeObjectStore(), FakeObjectStore(), FakeQueues()
        self.limiter = PostgresRateLimiter(records.database)
        self.api = Api(
            front_desk=FrontDesk(
                catalog=records.catalog, limiter=self.limiter, desk=desk, max_bytes=50_000_000, languages=("eng", "spa")
            ),
            limiter=self.limiter,
            catalog=records.catalog,
            texts=PostgresResults(records.database),
            changes=Changes(
                PostgresLifecycle(records.database), Publisher(PostgresOutbox(records.database), self.queues)
            ),
            shelves=Shelves(self.uploads, self.results),
            links=FakeLinks(),
            settings=PostgresSettings(records.database),
            webhooks=PostgresWebhooks(records.database),
            trusted_webhook_hosts=frozenset(),
            operations=PostgresOperations(records.database),
            max_pages=2_000,
        )


class Client:
    """A caller of the API, of one tenant."""

    def __init__(self, around: Surroundings, tenant_id: str = "tenant-a", role: str = "member") -> None:
        self.around = around
        self.headers: dict[str, str] = {}
        self._claims = {"tenant_id": tenant_id, "subject": "someone", "email": "owner@example.org", "role": role}

    def respond(self, method: str, path: str, body: object = None, query: str = "") -> dict[str, Any]:
        """The answer as Lambda gives it."""
        return handle(self.event(method, path, body, query), Context(), self.around.api)

    def event(self, method: str, path: str, body: object = None, query: str = "") -> dict[str, Any]:
        """The request as API Gateway hands it over."""
        return {
            "version": "2.0",
            "routeKey": f"{method} /{{proxy+}}",
            "rawPath": path,
            "rawQueryString": query,
            "queryStringParameters": dict(parse_qsl(query)),
            "headers": {"content-type": "application/json", **self.headers},
            "requestContext": {
                "http": {"method": method, "path": path},
                "stage": "$default",
                "authorizer": {"lambda": self._claims},
            },
            "body": json.dumps(body) if body is not None else None,
            "isBase64Encoded": False,
        }

    def call(self, method: str, path: str, body: object = None, query: str = "") -> tuple[int, dict[str, Any]]:
        """Status and JSON of the answer."""
        answer = self.respond(method, path, body, query)
        return answer["statusCode"], json.loads(answer["body"] or "{}")

    def post(self, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        return self.call("POST", path, body)

    def get(self, path: str, query: str = "") -> tuple[int, dict[str, Any]]:
        return self.call("GET", path, query=query)
