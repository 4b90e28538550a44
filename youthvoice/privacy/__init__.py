"""What may be seen, and what must be unreadable: pure rules, no Flask, no SQL."""
