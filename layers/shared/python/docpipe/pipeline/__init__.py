"""The use cases, one a module. They know the domain, the ports and the messages, and no service by name."""
