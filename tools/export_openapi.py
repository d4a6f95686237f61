"""Writes ``docs/openapi.json``: the description of the HTTP API, as the API itself serves it.

Run ``python -m tools.export_openapi`` after a change to ``functions/api``. A test holds the file up to date.
"""

from __future__ import annotations

import json

from functions.api.application import application, description
from tools.synthesis import ROOT

OPENAPI = ROOT / "docs" / "openapi.json"


def main() -> None:
    """Write the file."""
    OPENAPI.write_text(render())
    print(f"{OPENAPI.relative_to(ROOT)} is up to date.")


def render() -> str:
    """The text of the file: the same for the same code."""
    return json.dumps(json.loads(description(application())), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
