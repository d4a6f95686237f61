"""The function that a deployment calls to have the database migrated."""
