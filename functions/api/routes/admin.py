"""The operator's view. It holds numbers only, over all tenants, and needs the role ``admin``."""

from __future__ import annotations

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.pipeline.redrive import dead_letters, redrive
from functions.api.caller import Desk
from functions.api.models import account as models
from functions.api.routes.described import Routes

router = APIGatewayHttpRouter()
_desk = Desk(router)
_admin = Routes(router, "admin")

_MICRO = 1_000_000


@_admin.get("/admin/overview")
def get_overview() -> models.Overview:
    """Queues, workers, documents, failures, throughput, cost and calibration."""
    _desk.operator()
    api = _desk.api
    found, given_up = api.operations.overview(), dead_letters(api.changes.publisher.queue)
    return models.Overview(
        lanes=[models.Lane.model_validate(lane) for lane in found.lanes],
        documents_by_state=found.documents_by_state,
        failures_by_reason=[models.Failure(code=code, count=n) for code, n in found.failures_by_reason.items()],
        dead_letters=[models.DeadLetters(queue=queue, messages=n) for queue, n in given_up.items()],
        throughput=[models.Minute.model_validate(minute) for minute in found.throughput],
        cost_usd_today=found.cost_microusd_today / _MICRO,
        eta_calibration=models.Calibration(
            promised=found.eta_promises,
            kept=found.eta_kept,
            share=found.eta_kept / found.eta_promises if found.eta_promises else None,
        ),
    )


@_admin.post("/admin/redrive", 404)
def redrive_queue(body: models.Redrive) -> models.Redriven:
    """Have the dead letters of a queue tried again; only unfinished pages are read."""
    caller, api = _desk.operator(), _desk.api
    moved = redrive(
        caller.tenant_id, body.queue, actor=caller.subject, queues=api.changes.publisher.queue, store=api.operations
    )
    return models.Redriven(queue=body.queue, moved=moved)
