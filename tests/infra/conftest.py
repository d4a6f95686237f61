"""Each stack is synthesised once a session: it takes seconds, each question then takes none."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from infra.profiles import Profile
from tests.infra.stack import Stack
from tools.synthesis import LOCAL_CONTEXT, PROFILE_CONTEXTS, synthesise


@pytest.fixture(scope="session")
def stack_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Profile], Stack]:
    """The stack of a profile; that of ``dev`` is the stage of the one-machine runtime."""

    @cache
    def of(profile: Profile) -> Stack:
        outdir = tmp_path_factory.mktemp("cloud-assembly")
        context = LOCAL_CONTEXT if profile is Profile.DEV else PROFILE_CONTEXTS[profile]
        return Stack(
            template=synthesise(context, outdir),
            outdir=outdir,
            prefix=f"docpipe-{context['stage']}-",
        )

    return of


@pytest.fixture(scope="session")
def stack(stack_of: Callable[[Profile], Stack]) -> Stack:
    """The stage of the one-machine runtime, which differs from a deployed one in names and addresses only."""
    return stack_of(Profile.DEV)


@pytest.fixture(params=list(Profile), scope="session")
def any_stack(request: pytest.FixtureRequest, stack_of: Callable[[Profile], Stack]) -> Stack:
    """The stack of each profile in turn."""
    return stack_of(request.param)


@pytest.fixture(scope="session")
def production(stack_of: Callable[[Profile], Stack]) -> Stack:
    return stack_of(Profile.PRODUCTION)


@pytest.fixture(scope="session")
def hybrid(stack_of: Callable[[Profile], Stack]) -> Stack:
    return stack_of(Profile.HYBRID)
