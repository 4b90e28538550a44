"""A view before and after approval: drafting, its staff page, trends, and missing voices."""
