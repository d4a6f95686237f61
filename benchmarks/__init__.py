"""What the pipeline costs and how well it reads, beside its peers: ``make bench``, or ``python -m benchmarks``.

One module a measurement, each a function from a ``Bench`` (the documents) to a ``Section`` (figures, charts, runs);
``report`` keeps and shows whatever sections there are. A new measurement is a new module and an entry in
``__main__``. Processor time counts, rather than wall time: other programs disturb it less.

* ``side_by_side``: processor time, accuracy and memory beside ``peers``, on ``blocks`` of pages with known text;
* ``scaling``, ``long_documents``, ``born_digital``, ``cold_start``, ``threads``: what their names say;
* ``accuracy``: the product's reading against known text, for trying one lever after another.
"""
