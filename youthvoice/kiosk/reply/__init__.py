"""A child comes back with the seven pictures and reads the thread, or the review."""
