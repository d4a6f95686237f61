"""What a cold start imports: each function what it needs, and at a price held against that of its libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median
from typing import Any

import pytest

from local.processes import LIBRARY_ROOT, PROJECT_ROOT
from local.topology import load_topology

_FUNCTIONS = load_topology().functions
_HEAVY = {"alembic", "numpy", "PIL", "pikepdf", "pillow_heif", "pymupdf", "pytesseract", "sqlalchemy", "tesserocr"}
"""Pages are read by page workers, which are processes of their own; few documents are to be PDF/A."""

_NEEDED = {
    "functions.assemble.handler.handle": {"PIL", "pymupdf"},
    "functions.migrate.handler.handle": {"alembic", "sqlalchemy"},
}
"""The searchable PDF is written by the function itself, and so is the schema."""

_LIBRARIES = "boto3, psycopg, pydantic"
_BUDGET = 2.3
"""CPU of importing a handler with all it needs, over that of these three libraries alone; 1.5 to 1.8 was measured."""


def _started(statement: str) -> dict[str, Any]:
    """CPU seconds and top-level modules of a new interpreter that has run an import statement."""
    program = (
        "import json, sys, time\n"
        f"{statement}\n"
        "print(json.dumps({'cpu': time.process_time(), 'modules': sorted({m.split('.')[0] for m in sys.modules})}))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT_ROOT), str(LIBRARY_ROOT)))}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", sorted({spec.handler for spec in _FUNCTIONS.values()}))
def test_a_handler_imports_only_the_libraries_that_its_function_uses(name: str) -> None:
    modules = set(_started(f"import {name.rpartition('.')[0]}")["modules"])
    assert modules & _HEAVY == _NEEDED.get(name, set())
    (with_database,) = {"DATABASE_URL" in spec.environment for spec in _FUNCTIONS.values() if spec.handler == name}
    assert ("psycopg" in modules) == with_database


def test_importing_the_ocr_handler_stays_within_its_budget_of_processor_time() -> None:
    rounds = [
        (_started("import functions.ocr.handler")["cpu"], _started(f"import {_LIBRARIES}")["cpu"]) for _ in range(3)
    ]
    assert median(handler / libraries for handler, libraries in rounds) < _BUDGET


def test_a_page_worker_imports_nothing_that_only_its_function_needs() -> None:
    modules = set(_started("import docpipe.workers.main, docpipe.reading")["modules"])
    assert modules & {"aws_lambda_powertools", "boto3", "numpy", "pikepdf", "psycopg", "pydantic"} == set()
