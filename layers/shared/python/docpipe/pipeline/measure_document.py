"""Measuring documents as they start and end, once each, from their own rows."""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.domain.document import DocumentStatus
from docpipe.messages import DocumentEvent
from docpipe.metrics import Dimension, Meter, Metric
from docpipe.stores import DocumentFacts, MeasurementStore


@dataclass(frozen=True, slots=True)
class Measuring:
    """What measuring works with."""

    store: MeasurementStore
    meter: Meter


def measure_document(event: DocumentEvent, deps: Measuring) -> None:
    """Record what an event says of its document, once however often the event comes."""
    status = event.status
    if not status.is_final and status is not DocumentStatus.PROCESSING:
        return
    if event.event.value != f"document.{status}":
        # News of progress carries the same status, and many a time.
        return
    facts = deps.store.claim(event.event_id, event.document_id)
    if facts is None:
        return
    if status is DocumentStatus.PROCESSING:
        _record_start(facts, deps.meter)
    else:
        _record_end(event, facts, deps.meter)


def _record_start(facts: DocumentFacts, meter: Meter) -> None:
    """A document that an operator reopened has started before, and its wait is not counted twice."""
    if facts.wait_s is None or not facts.first:
        return
    meter.record({Metric.WAIT: facts.wait_s})
    if facts.lane is not None:
        meter.record({Metric.WAIT: facts.wait_s}, by={Dimension.LANE: facts.lane})


def _record_end(event: DocumentEvent, facts: DocumentFacts, meter: Meter) -> None:
    meter.record({Metric.DOCUMENTS: 1}, by={Dimension.STATUS: event.status.value})
    if event.status is DocumentStatus.FAILED and event.code is not None:
        meter.record({Metric.FAILURES: 1}, by={Dimension.REASON: event.code})
    if not event.status.has_result:
        return
    told: dict[Metric, float | None] = {
        Metric.TURNAROUND: facts.turnaround_s,
        Metric.COST: facts.cost_microusd,
        Metric.DOCUMENT_PAGES: facts.page_count,
        Metric.ETA_INSIDE: None if facts.inside_eta is None else 100.0 * facts.inside_eta,
    }
    meter.record({metric: value for metric, value in told.items() if value is not None})
