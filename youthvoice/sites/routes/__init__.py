"""HTTP of sites."""
