"""Builds and runs the container image on this machine: no registry, no account, no service of the system."""
