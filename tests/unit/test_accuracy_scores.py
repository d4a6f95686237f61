"""The yardstick of the benchmarks: what counts as an error, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.accuracy import ALL, Read, standings
from benchmarks.accuracy_corpus import documents
from benchmarks.accuracy_scores import Score, score


def test_a_perfect_reading_has_no_errors() -> None:
    found = score("Haemoglobin 13.2 g/dl", "Haemoglobin\n13.2  g/dl")
    assert (found.cer, found.wer, found.f1) == (0, 0, 1)


def test_typography_and_invisible_characters_are_no_errors() -> None:
    assert score("“Don’t” – ﬁrst…", '"Don\'t" - fi\u00adrst...').cer == 0


def test_errors_are_counted_by_character_and_by_word() -> None:
    found = score("one two three four", "one tvo three")
    assert found.cer == pytest.approx(6 / 18)
    assert found.wer == pytest.approx(2 / 4)
    assert found.f1 == pytest.approx(2 * 2 / (4 + 3))


def test_words_in_another_order_are_found_all_the_same() -> None:
    found = score("left right", "right left")
    assert (found.f1, found.wer) == (1, 1)


def test_a_word_found_once_is_not_found_twice() -> None:
    assert score("a a b", "a b b").common_runs == 2


def test_capitals_count_unless_the_truth_has_nothing_else() -> None:
    assert score("TOTAL", "Total").f1 == 0
    assert score("TOTAL", "Total", fold_case=True).f1 == 1


def test_an_empty_reading_finds_nothing_and_divides_by_nothing() -> None:
    assert (score("text", "").f1, score("", "").f1, Score().cer) == (0, 0, 0)


MANIFEST = """id,split,file,gt,order,case
a/one,dev,a/one.pdf,gt/1.txt;-;gt/3.txt,source,as printed
b/two,dev,b/two.jpg,gt/3.txt,geometric (lines),gt upper-cased
b/far,holdout,b/far.jpg,gt/3.txt,source,as printed
"""


def test_documents_stand_by_source_and_together(tmp_path: Path) -> None:
    (tmp_path / "gt").mkdir()
    (tmp_path / "manifest.csv").write_text(MANIFEST)
    (tmp_path / "gt/1.txt").write_text("first page")
    (tmp_path / "gt/3.txt").write_text("THIRD PAGE")
    found = documents(tmp_path)
    assert [document.name for document in found] == ["a/one", "b/two"]
    one, two = found
    first, second, both = standings(
        [(two, Read(("third page",), 1.0)), (one, Read(("first page", "no truth", "THIRD"), 3.0))]
    )
    assert (first.source, second.source, both.source) == ("a", "b", ALL)
    assert second.score.f1 == 1
    assert second.ordered == Score()
    assert first.score.words == 4
    assert first.ordered.word_errors == 1
    assert both.cpu_per_page_s == 1.0
