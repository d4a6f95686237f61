"""Who reads the same pages: the product, what people use instead, and libtesseract alone.

``readers`` says what a reader is; ``ours``, ``others`` and ``limit`` are the readers. ``installation`` keeps the
packages of the others in an environment of their own; a new peer is a line in ``requirements.in`` and a
``Program`` in ``others``.
"""
