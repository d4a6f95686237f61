"""The commands of the manuals, as an operator types them: only what stands for a value of theirs is filled in."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from local.processes import PROJECT_ROOT
from tests.deploy.cloud import Stage


@dataclass(frozen=True)
class Manual:
    """One page of the documentation."""

    text: str

    @classmethod
    def named(cls, name: str) -> Manual:
        return cls((PROJECT_ROOT / "docs" / name).read_text())

    def block(self, holding: str, filled_in: Mapping[str, str] | None = None, *, language: str = "sh") -> str:
        """The one block of code that holds some words, with placeholders replaced.

        Every placeholder must be there: one that the manual has renamed is not left standing.
        """
        blocks = re.findall(rf"^( *)```{language}\n(.*?)^\1```", self.text, re.MULTILINE | re.DOTALL)
        (found,) = [textwrap.dedent(body) for _, body in blocks if holding in body]
        return _filled(found, filled_in or {})

    def in_text(self, beginning: str, filled_in: Mapping[str, str]) -> str:
        """The one command within a sentence that begins with some words, likewise."""
        (found,) = re.findall(rf"`({re.escape(beginning)}[^`]*)`", self.text)
        return _filled(found, filled_in)

    def stage(self, name: str, *settings: str, **filled_in: str) -> Stage:
        """The stage that a ``make deploy`` of the page deploys, with settings of the test's own on top.

        Args:
            filled_in: values by the name of their placeholder: ``ref`` for ``<ref>``.
        """
        block = self.block(f"make deploy STAGE={name} ")
        for placeholder, value in filled_in.items():
            block = block.replace(f"<{placeholder.replace('_', ' ')}>", value)
        (line,) = re.findall(rf"^make deploy STAGE={name} (?:\\\n|[^\n])*", block, re.MULTILINE)
        words = dict(word.split("=", 1) for word in shlex.split(line.replace("\\\n", ""))[2:])
        given = [*words["SET"].split(), *settings]
        return Stage(words["STAGE"], words.get("PROFILE", "dev"), " ".join(given))


def _filled(command: str, values: Mapping[str, str]) -> str:
    for placeholder, value in values.items():
        assert placeholder in command, f"{placeholder} is not in: {command}"
        command = command.replace(placeholder, value)
    return command


DEPLOYING = Manual.named("deploying.md")
HYBRID = Manual.named("hybrid.md")
RUNBOOK = Manual.named("runbook.md")
