"""HTTP of publications."""
