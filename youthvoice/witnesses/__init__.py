"""Who outside holds the head of the log: two addresses, each entered by one person and confirmed by another."""
