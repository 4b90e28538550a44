"""HTTP of sites, tablets and services."""
