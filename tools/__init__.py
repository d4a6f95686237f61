"""Tools of the developers: what they make is committed, and tests hold it up to date."""
