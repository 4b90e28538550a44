"""Routes of translations."""
