"""HTTP of the work process."""
