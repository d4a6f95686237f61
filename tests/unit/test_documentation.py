"""What the documents point at is there: files, sections of documents, and parts of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docpipe.domain.document import TRANSITIONS
from local.processes import LIBRARY_ROOT, PROJECT_ROOT

_DOCUMENTS = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([a-z_]+(?:/[\w.-]+)+/?)`")
_BLOCK = re.compile(r"^( *)```.*?^\1```", re.DOTALL | re.MULTILINE)
_MADE = ("out/", "web/dist")
"""What commands make, and a fresh checkout does not have."""

_ROOTS = (PROJECT_ROOT, LIBRARY_ROOT, LIBRARY_ROOT / "docpipe", PROJECT_ROOT / "web" / "src")
"""Where a path in the documents may begin: its first folder is in one of these."""

each_document = pytest.mark.parametrize(
    "document", _DOCUMENTS, ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix()
)


def anchors(document: Path) -> set[str]:
    """The sections of a document as GitHub links to them."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def dead(document: Path) -> Iterator[str]:
    for link in _LINK.findall(_BLOCK.sub("", document.read_text())):
        target, _, anchor = link.partition("#")
        if re.match(r"\w+:", link):
            continue
        path = document.parent / target if target else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            yield link


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    assert list(dead(document)) == []


@each_document
def test_paths_of_the_code_are_those_of_files_and_folders(document: Path) -> None:
    told = _CODE.findall(_BLOCK.sub("", document.read_text()))
    kept = {path for path in told if not path.startswith(_MADE)}
    begun = [path for path in kept if any((root / path.split("/")[0]).is_dir() for root in _ROOTS)]
    missing = [
        path for path in begun if not any((root / path).exists() or (root / f"{path}.py").exists() for root in _ROOTS)
    ]
    assert missing == []


def test_the_drawing_of_states_has_every_move_and_no_other() -> None:
    drawn = re.findall(r"^ +(\w+) --> (\w+)", (PROJECT_ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)
    assert set(drawn) == {(status, then) for status, following in TRANSITIONS.items() for then in following}


def test_the_check_of_links_knows_a_dead_one(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(
        "# A page, of 2 parts\n[a](#a-page-of-2-parts) [b](#b) [c](c.md) [d](page.md) [e](https://x.y)\n"
    )
    assert list(dead(document)) == ["#b", "c.md"]
