"""A staff member's first page: what is due, and what waits."""
