"""The one-machine runtime: the deployed handlers, run as Lambda would, beside emulated AWS services."""
