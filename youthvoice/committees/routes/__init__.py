"""HTTP of committees."""
