"""Runs the command line."""

from __future__ import annotations

from local.cli.app import app

app(prog_name="docpipe")
