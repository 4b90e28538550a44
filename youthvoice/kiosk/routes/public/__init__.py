"""HTTP for children, without a sign-in."""
