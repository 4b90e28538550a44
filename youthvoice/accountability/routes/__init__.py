"""HTTP of what adults owe."""
