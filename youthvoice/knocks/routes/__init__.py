"""Routes of knocks."""
