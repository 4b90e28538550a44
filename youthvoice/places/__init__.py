"""Sites, groups, tablets."""
