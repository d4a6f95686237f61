"""The command line: ``python -m local.cli``, behind the script ``docpipe`` of the project folder."""
