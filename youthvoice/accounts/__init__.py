"""People, sign-in, keys."""
