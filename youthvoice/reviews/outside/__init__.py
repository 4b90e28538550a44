"""Who reads a review from outside: a team of another organisation, by a link and a number."""
