"""A job created by another program, with the statement that the documentation gives it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import DatabaseError
from tests.support.records import LEASE_S, Records, granted
from tools.synthesis import ROOT


def insert(records: Records, **values: Any) -> None:
    documentation = (ROOT / "docs/hybrid.md").read_text()
    (statement,) = re.findall(r"```sql\n(.*?)\n   ```", documentation, re.DOTALL)
    with records.database.transaction() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def job() -> dict[str, Any]:
    return {
        "id": uuid4(),
        "tenant_id": "clinic",
        "owner_email": None,
        "filename": "scan.pdf",
        "content_type": "application/pdf",
        "byte_size": 1_000,
    }


def test_the_row_is_a_document_that_intake_takes(records: Records, job: dict[str, Any]) -> None:
    insert(records, **job)
    row = records.document(job["id"])
    assert (row["status"], row["languages"], row["priority"]) == (DocumentStatus.AWAITING_UPLOAD, "eng", False)
    assert granted(records.intake.claim(job["id"], generation=0, lease_s=LEASE_S)).document_id == job["id"]


def test_the_same_job_cannot_be_created_twice(records: Records, job: dict[str, Any]) -> None:
    insert(records, **job)
    with pytest.raises(DatabaseError, match="23505"):
        insert(records, **job)
