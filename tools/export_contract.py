"""Writes ``docs/messages.schema.json``: what the queues carry, for programs that are not ours to send and read.

Run ``python -m tools.export_contract`` after a change to ``docpipe/messages.py``. A test holds the file up to date.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from docpipe import messages
from tools.synthesis import ROOT

SCHEMA = ROOT / "docs" / "messages.schema.json"

_EVENTS = (messages.UploadArrived, messages.ChunkReady, messages.AssemblyReady, messages.DocumentEvent)
"""What another program may send or has reason to read; deliveries are between two of our functions."""


def main() -> None:
    """Write the file."""
    SCHEMA.write_text(render())
    print(f"{SCHEMA.relative_to(ROOT)} is up to date.")


def render() -> str:
    """The text of the file: the same for the same code."""
    _, definitions = models_json_schema([(message, "validation") for message in _EVENTS])
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Messages of Docpipe",
        "oneOf": [{"$ref": f"#/$defs/{message.__name__}"} for message in _EVENTS],
        **definitions,
    }
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    main()
