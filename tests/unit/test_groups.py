"""Tests of one group run in one process: else runtimes, browsers and deployments would run beside one another."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("kept-together")
def test_groups_are_known_to_what_hands_tests_out(request: pytest.FixtureRequest) -> None:
    """It goes by the end of a test's name, which pytest-xdist has to have put there."""
    hands_out = hasattr(request.config, "workerinput") and request.config.getvalue("loadgroup")
    assert request.node.nodeid.endswith("@kept-together") == bool(hands_out)
