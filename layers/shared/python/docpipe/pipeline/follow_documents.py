"""Live progress: who follows the documents of a tenant, and what a page that was away is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from docpipe.answers.documents import Document
from docpipe.domain.limits import SYNCS
from docpipe.services import Connections
from docpipe.stores import NewsStore, RateLimiter

ANSWER_BYTES: Final = 30_000
"""Size of an answer. A frame of a WebSocket API holds 32 KB (Amazon API Gateway quotas)."""

_DOCUMENTS: Final = 50


@dataclass(frozen=True, slots=True)
class Following:
    """What following works with."""

    connections: Connections
    news: NewsStore
    limiter: RateLimiter


def snapshot(tenant_id: str, known: Mapping[UUID, int], deps: Following) -> dict[str, Any]:
    """What is new to a page; ``complete`` is false when it should ask again, knowing what it was told.

    Raises:
        RateLimitError: the tenant's pages ask too often.
    """
    deps.limiter.take(tenant_id, SYNCS)
    news = deps.news.news(tenant_id, known, limit=_DOCUMENTS)
    documents = [Document.model_validate(view).model_dump(mode="json") for view in news.documents]
    told = _fitting(documents, ANSWER_BYTES - 40 * len(news.gone))
    return {
        "type": "snapshot",
        "documents": told,
        "gone": [str(document_id) for document_id in news.gone],
        "complete": news.complete and len(told) == len(documents),
    }


def _fitting(documents: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """As many as fit into ``limit`` bytes, and one at least."""
    size = 0
    for number, document in enumerate(documents):
        size += len(encoded(document).encode()) + 1
        if size > limit and number:
            return documents[:number]
    return documents


def encoded(message: Mapping[str, Any]) -> str:
    """A message as it travels."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
