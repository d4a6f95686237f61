"""Docpipe: plans, runs and survives OCR work on AWS Lambda."""
