"""HTTP of the dashboard."""
