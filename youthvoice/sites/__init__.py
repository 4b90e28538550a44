"""Sites, groups, tablets, and services near a site."""
