"""HTTP of witnesses."""
