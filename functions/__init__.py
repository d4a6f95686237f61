"""The Lambda functions: one folder each, with a thin handler that runs one use case."""
