"""The template comes from the repository and the context, and from nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.profiles import Profile
from tests.infra.stack import Stack
from tools.synthesis import PROFILE_CONTEXTS, ROOT

pytestmark = pytest.mark.xdist_group("synth")

_PROGRAM = """
import json, sys
from pathlib import Path
from tools.synthesis import synthesise
context, outdir, template = json.loads(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
template.write_text(json.dumps(synthesise(context, outdir)))
"""


def test_another_process_with_no_program_account_or_network_makes_the_same(hybrid: Stack, tmp_path: Path) -> None:
    """No ``docker`` nor ``aws`` is found, no credentials, no home, and what has no order comes in another one."""
    template = tmp_path / "template.json"
    context = json.dumps(dict(PROFILE_CONTEXTS[Profile.HYBRID]))
    alone = [*_without_network(), sys.executable, "-c", _PROGRAM, context, str(tmp_path / "out"), str(template)]
    bare = {
        "HOME": str(tmp_path),
        "PATH": "/nowhere",
        "PYTHONHASHSEED": "4711",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/shared/python'}",
    }
    done = subprocess.run(alone, cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(template.read_text()) == hybrid.template


def test_stages_that_keep_data_are_protected_from_deletion(production: Stack, hybrid: Stack, stack: Stack) -> None:
    for each, kept in ((production, True), (hybrid, True), (stack, False)):
        (bucket,) = [
            resource
            for resource in each.template["Resources"].values()
            if resource.get("Properties", {}) == each.bucket("results")
        ]
        assert bucket["DeletionPolicy"] == ("Retain" if kept else "Delete")
        artifacts = json.loads((each.outdir / "manifest.json").read_text())["artifacts"]
        assert artifacts[each.prefix.removesuffix("-")]["properties"].get("terminationProtection", False) == kept


def _without_network() -> list[str]:
    """What cuts a program off from every network, where this user may do that."""
    cut_off = ["/usr/bin/unshare", "--net", "--map-root-user"]
    possible = subprocess.run([*cut_off, "/bin/true"], capture_output=True, check=False).returncode == 0
    return cut_off if possible else []
