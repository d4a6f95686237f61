"""The routes of the API: each turns a request into one call, and its answer into a model."""

from __future__ import annotations

from functions.api.routes import account, admin, documents, results, webhooks

ROUTERS = (documents.router, results.router, account.router, webhooks.router, admin.router)
