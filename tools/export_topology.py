"""Writes ``local/topology.json``: what the one-machine runtime needs to know of the stack.

Run ``python -m tools.export_topology`` after a change to ``infra/``. The file is an extract of the
synthesised template, so that names, sizes and environments have one home; a test holds it up to date.
Values that exist only in an account appear as ``${bucket:<name>}``, ``${table:<name>}``,
``${queue_url_prefix}``, ``${database_url}``, ``${auth_issuer}`` and so on; the runtime puts its own in
their place.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tools.synthesis import LOCAL_CONTEXT, ROOT, synthesise
from tools.topology import apis, functions, stores
from tools.topology.resources import Resources

TOPOLOGY = ROOT / "local" / "topology.json"


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as outdir:
        TOPOLOGY.write_text(render(synthesise(LOCAL_CONTEXT, Path(outdir))))
    print(f"{TOPOLOGY.relative_to(ROOT)} is up to date.")


def render(template: dict[str, Any]) -> str:
    """The text of the file for a template: the same for the same template."""
    return json.dumps(topology_of(template), indent=2, sort_keys=True) + "\n"


def topology_of(template: dict[str, Any]) -> dict[str, Any]:
    """Buckets, queues, tables and functions of a template, by their short names; and the APIs."""
    resources = Resources(template["Resources"])
    return {
        "buckets": stores.buckets(resources),
        "queues": stores.queues(resources),
        "tables": stores.tables(resources),
        "functions": functions.functions(resources),
        "http_api": apis.http_api(resources),
        "websocket_api": apis.websocket_api(resources),
    }


if __name__ == "__main__":
    main()
