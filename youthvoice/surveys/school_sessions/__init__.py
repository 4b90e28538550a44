"""School sessions."""
