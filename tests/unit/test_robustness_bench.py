"""The judge of the robustness benchmark: what counts as other than expected."""

from __future__ import annotations

import pytest

from benchmarks.robustness import Passage, difference


def read(pages: int, **others: object) -> Passage:
    return Passage(page_count=pages, read=pages, searchable=pages, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "pages", "passage"),
    [
        ("ok", "3", read(3)),
        ("ok_or_reject", "1-3", read(2)),
        ("ok_or_reject", "1-3", Passage(code="file_unreadable")),
        ("partial", "2", read(2, failed={1: "page_unreadable"})),
        ("reject:password", "0", Passage(code="file_encrypted")),
        ("reject:too_large", "0", read(1, failed={1: "page_too_large"})),
    ],
)
def test_what_is_expected_is_no_difference(outcome: str, pages: str, passage: Passage) -> None:
    assert difference(outcome, pages, passage) is None


@pytest.mark.parametrize(
    ("outcome", "pages", "passage", "told"),
    [
        ("ok", "3", read(2), "2 pages instead of 3"),
        ("ok", "3", read(3, failed={2: "page_timeout"}), "failed pages"),
        ("ok", "1", Passage(code="file_unreadable"), "rejected"),
        ("ok", "3", Passage(page_count=3, read=3, searchable=1), "searchable PDF of 1 pages"),
        ("ok_or_reject", "1-3", read(4), "4 pages"),
        ("ok_or_reject", "1-3", Passage(fault="ValueError"), "nobody translated"),
        ("reject:password", "0", Passage(code="file_unreadable"), "rejected: file_unreadable"),
        ("reject:unreadable", "0", read(1), "read, 1 pages"),
    ],
)
def test_what_is_not_is_told(outcome: str, pages: str, passage: Passage, told: str) -> None:
    assert told in (difference(outcome, pages, passage) or "")
