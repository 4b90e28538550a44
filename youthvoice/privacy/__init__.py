"""What may be seen, and what must be unreadable: pure decisions, no Flask, no SQL, no clock."""
