"""HTTP for staff who are signed in."""
