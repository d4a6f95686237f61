"""The world outside: one module a service. They translate the SDK errors they know and re-raise the rest."""
