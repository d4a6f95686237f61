"""What stands before the system on one port of this machine: the page, the HTTP API, live progress, local tokens."""
