"""The Lambda functions: one folder each, with a thin handler that runs one use case."""

import gc

# Imports make hundreds of thousands of objects that stay. Python's own threshold of 700 has them looked through again
# and again: a seventh of the CPU that importing a handler takes.
gc.set_threshold(50_000)
