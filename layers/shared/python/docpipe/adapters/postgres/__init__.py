"""PostgreSQL: a connection, and one store for each stage of a document's life."""
