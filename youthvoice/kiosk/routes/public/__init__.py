"""HTTP at the tablet, without a sign-in."""
