"""The stack is synthesised once a session: it takes seconds, each question then takes none."""

from __future__ import annotations

import pytest

from tests.infra.stack import Stack
from tools.synthesis import LOCAL_CONTEXT, synthesise


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stage of the one-machine runtime, which differs from a deployed one in names and addresses only."""
    outdir = tmp_path_factory.mktemp("cloud-assembly")
    return Stack(template=synthesise(LOCAL_CONTEXT, outdir), outdir=outdir, prefix=f"docpipe-{LOCAL_CONTEXT['stage']}-")
