"""One construct a concern, composed by ``infra.pipeline_stack``."""
