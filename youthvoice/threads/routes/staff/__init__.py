"""Pages of the letter box for people who are signed in."""
