"""Representatives: their terms, their sign-in at the tablet, and what they can do with an agenda."""
