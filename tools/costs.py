"""What each profile costs a month while nobody uploads anything: ``python -m tools.costs`` writes ``docs/costs.md``.

Resources are counted in the synthesised templates and multiplied by a price table; what costs only by use (S3,
CloudFront, requests, the work itself) is told a thousand pages. A test holds the page to the templates.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

from docpipe.domain.cost import MICROUSD_PER_GB_SECOND, MICROUSD_PER_PUT, MICROUSD_PER_REQUEST
from tools.preview_dashboard import widgets_of
from tools.synthesis import PROFILE_CONTEXTS, ROOT, synthesise

PAGE = ROOT / "docs" / "costs.md"

HOURS = 730
MINUTES = HOURS * 60

# US dollars a month, us-east-1, on demand, from the services' own price pages as of November 2026.
INSTANCES = {"db.t4g.micro": 11.68, "db.t4g.small": 23.36, "db.t4g.medium": 47.45}
STORAGE_GB = 0.115
ENDPOINT_ZONE = 7.30
KEY = 1.00
SECRET = 0.40
ALARM_METRIC = 0.10
METRIC = 0.30
DASHBOARD = 3.00
ACL, ACL_RULE = 5.00, 1.00
SQS_REQUEST = 0.40 / 1_000_000
IMAGE_GB, IMAGE = 0.10, 0.13

POLLERS, WAIT_S = 5, 20
"""Receives of an idle event source: five pollers, each waiting for twenty seconds (Lambda developer guide)."""

SCHEDULED_RUN_S = 0.5
"""Assumed time of a run that finds nothing."""

PAGE_GB_S = 1.2 * 1_769 / 1_024
"""A page, assumed: a second of recognition and a fifth for the rest, with the memory of one vCPU."""

RENDER_USD = 25.00
"""The worker that this replaces: Render, Standard, 1 CPU and 2 GB."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the bill, US dollars a month."""

    name: str
    usd: float


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(all_templates()))
    print(f"{PAGE.relative_to(ROOT)} is up to date.")


def all_templates() -> dict[str, dict[str, Any]]:
    """The template of each profile."""
    templates = {}
    for profile, context in PROFILE_CONTEXTS.items():
        with tempfile.TemporaryDirectory() as outdir:
            templates[profile] = synthesise(context, Path(outdir))
    return templates


def at_rest(template: dict[str, Any]) -> list[Item]:
    """What a template costs with nothing to do, before any free tier."""
    counted = [
        Item("PostgreSQL: instance", sum(_instance(each) for each in _of(template, "AWS::RDS::DBInstance"))),
        Item("PostgreSQL: storage", sum(_storage(each) for each in _of(template, "AWS::RDS::DBInstance"))),
        Item("Interface endpoints", ENDPOINT_ZONE * _endpoint_zones(template)),
        Item("Firewall", sum(ACL + ACL_RULE * len(acl["Rules"]) for acl in _of(template, "AWS::WAFv2::WebACL"))),
        Item("Metrics taken every minute", METRIC * len(_sampled(template))),
        Item("Alarms", ALARM_METRIC * sum(_metrics(alarm) for alarm in _of(template, "AWS::CloudWatch::Alarm"))),
        Item("Dashboard", DASHBOARD * len(_of(template, "AWS::CloudWatch::Dashboard"))),
        Item("Queues waited at", SQS_REQUEST * _receives(template)),
        Item("Scheduled functions", _scheduled(template)),
        Item("Key", KEY * len(_of(template, "AWS::KMS::Key"))),
        Item("Secrets", SECRET * _secrets(template)),
        Item("Container image", IMAGE_GB * IMAGE),
    ]
    return [item for item in counted if item.usd > 0]


def thousand_pages_usd() -> float:
    """The work on a thousand scanned pages, in documents of ten: Lambda and S3, as ``domain.cost`` counts them."""
    microusd = 1_000 * (PAGE_GB_S * MICROUSD_PER_GB_SECOND + MICROUSD_PER_PUT)
    microusd += 100 * (4 * MICROUSD_PER_REQUEST + 2 * MICROUSD_PER_PUT)
    return microusd / 1e6


def _of(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each.get("Properties", {}) for each in template["Resources"].values() if each["Type"] == kind]


def _instance(instance: dict[str, Any]) -> float:
    return INSTANCES[instance["DBInstanceClass"]] * (2 if instance["MultiAZ"] else 1)


def _storage(instance: dict[str, Any]) -> float:
    return STORAGE_GB * int(instance["AllocatedStorage"]) * (2 if instance["MultiAZ"] else 1)


def _endpoint_zones(template: dict[str, Any]) -> int:
    endpoints = _of(template, "AWS::EC2::VPCEndpoint")
    return sum(len(each["SubnetIds"]) for each in endpoints if each["VpcEndpointType"] == "Interface")


def _metrics(alarm: dict[str, Any]) -> int:
    return sum("MetricStat" in part for part in alarm["Metrics"]) if "Metrics" in alarm else 1


def _sampled(template: dict[str, Any]) -> set[tuple[str, ...]]:
    """The metrics that the sweeper records whether or not there is work, told apart by nothing (``take_samples``)."""
    found: set[tuple[str, ...]] = set()
    for widget in widgets_of(template):
        above: list[str] = []
        for metric in widget["properties"].get("metrics", []):
            words = [word for word in metric if isinstance(word, str)]
            words = [above[i] if word == "." else word for i, word in enumerate(words)]
            above = words or above
            if words[2:] == ["service", "sweep"]:
                found.add(tuple(words))
    return found


def _receives(template: dict[str, Any]) -> float:
    """Of the event sources, and of the dead_letter function, which looks into each dead-letter queue once a run."""
    sources = len(_of(template, "AWS::Lambda::EventSourceMapping"))
    dead_letters = sum("RedrivePolicy" in queue for queue in _of(template, "AWS::SQS::Queue"))
    return sources * POLLERS * MINUTES * 60 / WAIT_S + dead_letters * MINUTES


def _scheduled(template: dict[str, Any]) -> float:
    functions = {k: r["Properties"] for k, r in template["Resources"].items() if r["Type"] == "AWS::Lambda::Function"}
    microusd = 0.0
    for rule in _of(template, "AWS::Events::Rule"):
        assert rule["ScheduleExpression"] == "rate(1 minute)"  # noqa: S101 - the only one there is
        for target in rule["Targets"]:
            gb_s = functions[target["Arn"]["Fn::GetAtt"][0]]["MemorySize"] / 1_024 * SCHEDULED_RUN_S
            microusd += MINUTES * (gb_s * MICROUSD_PER_GB_SECOND + MICROUSD_PER_REQUEST)
    return microusd / 1e6


def _secrets(template: dict[str, Any]) -> int:
    """The keys of links; RDS's own for the administrator; and those that an operator made and functions may read."""
    named = {
        str(statement["Resource"])
        for policy in _of(template, "AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "secretsmanager:GetSecretValue"
    }
    return len(named) + len(_of(template, "AWS::SecretsManager::Secret"))


def render(templates: dict[str, dict[str, Any]]) -> str:
    """The page: the same for the same templates."""
    return "".join(f"{line}\n" for line in _lines({name: at_rest(template) for name, template in templates.items()}))


def _lines(bills: dict[str, list[Item]]) -> Iterator[str]:
    totals = {profile: sum(item.usd for item in items) for profile, items in bills.items()}
    yield "# Costs"
    yield ""
    yield "Made by `python -m tools.costs` from the templates; do not edit. US dollars a month, us-east-1, on demand,"
    yield "prices of the services' own pages as of November 2026, before any free tier (which takes $5 to $10 off)."
    yield ""
    yield from _told_at_rest(bills, totals)
    yield ""
    yield from _told_by_use()
    yield ""
    yield from _told_against_a_worker(totals)


def _told_at_rest(bills: dict[str, list[Item]], totals: dict[str, float]) -> Iterator[str]:
    yield "## At rest"
    yield ""
    yield "What is paid while nobody uploads anything."
    yield ""
    yield f"| | {' | '.join(bills)} |"
    yield f"|---|{'--:|' * len(bills)}"
    for name in dict.fromkeys(item.name for items in bills.values() for item in items):
        amounts = [next((f"{item.usd:.2f}" for item in items if item.name == name), "–") for items in bills.values()]
        yield f"| {name} | {' | '.join(amounts)} |"
    yield f"| **In all** | {' | '.join(f'**{total:.2f}**' for total in totals.values())} |"
    yield ""
    yield "`hybrid` adds what the existing PostgreSQL costs where it is. A stage without `alarm_email` has no alarms."


def _told_by_use() -> Iterator[str]:
    yield "## By use"
    yield ""
    yield _paragraph(
        f"A thousand scanned pages cost about **${thousand_pages_usd():.3f}**: {1_000 * PAGE_GB_S:,.0f} GB-seconds of "
        "Lambda (arm64; 1.2 s a page at one vCPU, assumed) and the requests to S3. The dashboard shows what yours "
        "cost. Beside that: S3 $0.023 a GB and month (a scanned page is about 0.5 MB with its picture), CloudFront "
        "$0.085 a GB, API requests $1 a million, logs $0.50 a GB, and the metrics of states, lanes and reasons that "
        "occur: $0.30 each a month, by the hours in which they do."
    )


def _told_against_a_worker(totals: dict[str, float]) -> Iterator[str]:
    each = thousand_pages_usd()
    yield "## Against a worker at $25 a month"
    yield ""
    yield "Render's Standard worker (1 CPU, 2 GB) costs $25 whether it works or not, and reads one document at a time."
    yield ""
    yield "| Profile | At rest | Pages a month for what is left of $25 |"
    yield "|---|--:|--:|"
    for profile, total in totals.items():
        left = RENDER_USD - total
        pages = f"{1_000 * left / each:,.0f}" if left > 0 else "none: at rest it costs more"
        yield f"| {profile} | ${total:.2f} | {pages} |"
    yield ""
    yield _paragraph(
        "The work alone, without what stands around it, reaches $25 at "
        f"{1_000 * RENDER_USD / each:,.0f} pages a month. What the price at rest buys is in the profiles: a database, "
        "with a standby in production, a firewall, alarms; and a spike of a thousand uploads that is read in minutes "
        "instead of hours."
    )


def _paragraph(text: str) -> str:
    return fill(text, 120, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    main()
