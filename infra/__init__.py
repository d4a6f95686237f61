"""The CDK app: every AWS resource of Docpipe, its name, size, environment and permissions."""
