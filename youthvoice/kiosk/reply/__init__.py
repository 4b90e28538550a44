"""A child comes back with her pictures and reads her thread."""
