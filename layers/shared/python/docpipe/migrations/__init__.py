"""The database schema, as forward-only migrations, applied by the migrate function and by the local runtime."""
