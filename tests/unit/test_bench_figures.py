"""Figures, their targets, and the report that shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.figures import Chart, Figure, Kind, Section, Target, of_runs, ratio_of_sums
from benchmarks.plots import draw
from benchmarks.report import Results

_CHART = Chart("speed", "How fast", Kind.BARS, "Reader", "Seconds", ("a", "b"), {"one": (1.0, None), "two": (0.5, 2.0)})


def _section(name: str, value: float) -> Section:
    figure = Figure("cost", value, "s", (value, value), Target(at_most=1.0))
    return Section(name, name.title(), "Measured.", (figure,), ("Run", "s"), ((1, value),), (_CHART,))


def test_a_target_is_met_up_to_its_bound_and_missed_beyond() -> None:
    assert Figure("x", 0.6, "", target=Target(at_most=0.6)).met is True
    assert Figure("x", 0.61, "", target=Target(at_most=0.6)).met is False
    assert Figure("x", 1.9, "", target=Target(at_least=1.9)).met is True
    assert Figure("x", 1.8, "", target=Target(at_least=1.9)).met is False
    assert Figure("x", 1.0, "").met is None


def test_runs_give_their_median_and_how_far_they_spread() -> None:
    figure = of_runs("x", [3.0, 1.0, 10.0], "s")
    assert (figure.value, figure.spread) == (3.0, (1.0, 10.0))


def test_a_ratio_weighs_runs_by_their_size() -> None:
    figure = ratio_of_sums("x", [1.0, 9.0], [2.0, 10.0])
    assert figure.value == pytest.approx(10 / 12)
    assert figure.spread == (0.5, 0.9)
    with pytest.raises(ValueError, match="longer"):
        ratio_of_sums("x", [1.0], [1.0, 2.0])


def test_a_report_holds_every_section_and_says_what_is_missed(tmp_path: Path) -> None:
    results = Results(tmp_path, ["first", "second"])
    results.add({"time": "noon"}, _section("second", 2.0))
    results.add({"time": "one"}, _section("first", 0.5))
    text = results.write()
    assert text.index("## First") < text.index("## Second")
    assert text.count("**missed**") == 2
    assert "time: noon" in text
    assert "](charts/speed.svg)" in text
    told = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [entry["section"]["figures"][0]["met"] for entry in told] == [True, False]


def test_a_section_measured_again_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    results = Results(tmp_path, ["first", "second"])
    for value in (2.0, 0.5):
        results.add({}, _section("first", value))
    results.add({}, _section("second", 0.7))
    # Another run, of one section alone, finds what the run before it kept.
    again = Results(tmp_path, ["first", "second"])
    again.add({}, _section("second", 0.6))
    text = again.write()
    assert "0.500 s" in text
    assert "0.600 s" in text
    assert "0.700 s" not in text
    assert "missed" not in text
    again.clear()
    assert "##" not in again.write().replace("## Targets", "")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_chart_is_drawn_the_same_each_time(kind: Kind, tmp_path: Path) -> None:
    places = (1, 2) if kind is Kind.LINES else _CHART.places
    chart = Chart(kind.value, "How fast", kind, "Reader", "Seconds", places, _CHART.series)
    (once,) = draw([chart], tmp_path / "once")
    (twice,) = draw([chart], tmp_path / "twice")
    assert once.read_bytes() == twice.read_bytes()
    assert b"<svg" in once.read_bytes()
