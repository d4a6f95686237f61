"""What the functions of the image read and measure with."""

from __future__ import annotations

from docpipe.adapters.emf import EmfMeter
from docpipe.adapters.process_memory import peak_memory_mb
from docpipe.metrics import Instruments
from docpipe.settings import function_memory_mb
from docpipe.workers import PageWorkers


def page_workers(count: int, engine: str) -> PageWorkers:
    """Processes that read pages with an OCR engine, within the memory of the function."""
    return PageWorkers(workers=count, engine=engine, memory_mb=function_memory_mb())


def instruments() -> Instruments:
    """What an attempt is measured with."""
    return Instruments(meter=EmfMeter(), peak_memory_mb=peak_memory_mb)
