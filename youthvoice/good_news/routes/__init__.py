"""Routes of good news."""
