"""Runs the command line."""

from __future__ import annotations

from local.cli import remote  # noqa: F401 - its commands join the others
from local.cli.app import app

app(prog_name="docpipe")
