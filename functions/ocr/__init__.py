"""The three recognition functions: one code, three sizes."""
