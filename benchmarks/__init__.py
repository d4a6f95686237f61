"""What the pipeline costs, measured: ``make bench``, or ``python -m benchmarks``.

One module a measurement (``recognition``, ``long_documents``), each a function from a ``Bench`` to a
``Section``; ``report`` writes whatever sections there are. A new measurement is a new module and an
entry in ``__main__``. Processor time counts, rather than wall time: other programs disturb it less.
"""
