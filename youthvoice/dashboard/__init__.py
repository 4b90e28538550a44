"""A staff member's first page and the menu."""
