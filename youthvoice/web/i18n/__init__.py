"""Languages, and how days and lists are written in them."""
