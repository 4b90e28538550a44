"""Routes of introductions."""
