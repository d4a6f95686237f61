"""What a metric's line holds, what it refuses, and how memory is added up."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from docpipe.adapters import process_memory
from docpipe.adapters.emf import EmfMeter
from docpipe.adapters.process_memory import peak_memory_mb
from docpipe.domain.errors import DocpipeError
from docpipe.metrics import UNITS, Dimension, Instruments, Metric
from tests.support.fakes import FakeMeter

MB = 1 << 20


@pytest.fixture(autouse=True)
def function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Docpipe/test")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "ocr-small")


def test_a_line_names_values_units_and_dimensions_as_cloudwatch_reads_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    EmfMeter().record(
        {Metric.CHUNKS_WAITING: 4, Metric.OLDEST_UNSTARTED: 12.5}, by={Dimension.LANE: "ocr-small-priority"}
    )
    line = json.loads(capsys.readouterr().out)
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert told["Namespace"] == "Docpipe/test"
    assert [sorted(names) for names in told["Dimensions"]] == [["lane", "service"]]
    assert told["Metrics"] == [
        {"Name": "ChunksWaiting", "Unit": "Count"},
        {"Name": "OldestUnstarted", "Unit": "Seconds"},
    ]
    assert (line["service"], line["lane"], line["OldestUnstarted"]) == ("ocr-small", "ocr-small-priority", [12.5])


@pytest.mark.parametrize(
    ("metric", "by"),
    [
        (Metric.FAILURES, {}),
        (Metric.COST, {Dimension.LANE: "ocr-small"}),
        (Metric.FAILURES, {Dimension.REASON: "no_pages", Dimension.STATUS: "failed"}),
    ],
)
def test_what_no_dashboard_would_find_is_refused(
    metric: Metric, by: dict[Dimension, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=f"{metric.value} is not recorded by"):
        EmfMeter().record({metric: 1}, by=by)
    assert capsys.readouterr().out == ""


def test_one_line_leaves_nothing_for_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    EmfMeter().record({Metric.PAGES: 1}, by={Dimension.SOURCE: "ocr"})
    EmfMeter().record({Metric.PAGE_DURATION: 900})
    second = json.loads(capsys.readouterr().out.splitlines()[1])
    assert second["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert "Pages" not in second


@pytest.mark.parametrize("value", ["", "Mary Smith", "scan.pdf", "a@b.example", "ü", "x" * 65])
def test_what_is_no_word_of_a_closed_list_is_refused_and_not_repeated(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="dimension reason") as refused:
        EmfMeter().record({Metric.FAILURES: 1}, by={Dimension.REASON: value})
    assert not value or value not in str(refused.value)
    assert capsys.readouterr().out == ""


def test_every_error_code_can_be_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    codes = {kind.code for kind in _subclasses(DocpipeError)}
    assert len(codes) > 20
    for code in codes:
        EmfMeter().record({Metric.FAILURES: 1}, by={Dimension.REASON: code})
    lines = capsys.readouterr().out.splitlines()
    assert {json.loads(line)["reason"] for line in lines} == codes


def _subclasses(kind: type[DocpipeError]) -> set[type[DocpipeError]]:
    return {kind}.union(*(_subclasses(child) for child in kind.__subclasses__()))


def test_every_metric_has_a_unit() -> None:
    assert set(UNITS) == set(Metric)


def test_memory_share_is_of_what_was_given() -> None:
    meter = FakeMeter()
    Instruments(meter, peak_memory_mb=lambda: 884.5).record_memory(1_769)
    assert meter.of(Metric.MEMORY_USED) == [("", 884.5)]
    assert meter.of(Metric.MEMORY_SHARE) == [("", 50.0)]


_CHILD = "import sys; hoard = bytearray({size}); hoard = None; print(flush=True); sys.stdin.readline()"


@pytest.mark.parametrize("listed", [True, False])
def test_the_peak_of_a_child_counts_while_it_lives_and_what_it_has_given_back_too(
    listed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the kernel's list of children where there is one, and where there is none."""
    if not listed:
        monkeypatch.setattr(process_memory, "_listed_children", None)
        monkeypatch.setattr(process_memory, "_lists_children", lambda: False)
    before = peak_memory_mb()
    size = 200 * MB
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD.format(size=size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        during = peak_memory_mb()
        child.stdin.write(b"\n")
        child.stdin.flush()
    assert 200 < during - before < 240
    assert peak_memory_mb() < before + 40
