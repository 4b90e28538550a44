"""Representatives: their terms, their sign-in at the tablet, what they do with an agenda."""
