"""The only wiring: which adapter stands behind which port.

A function has its module here, of its name. Its ``wired()`` gives what the handler works with: made on first use, once
an execution environment. Nothing is made and no environment is read at import, and a module imports the adapters of
its function alone, so that a cold start pays for what is used. ``parts`` holds what several functions share.
"""
