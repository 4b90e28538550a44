"""HTTP of the letter box."""
