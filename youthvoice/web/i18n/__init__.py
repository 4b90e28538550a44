"""Languages and translations, and how days and lists are written in them."""
