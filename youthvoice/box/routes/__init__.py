"""Pages of a box."""
