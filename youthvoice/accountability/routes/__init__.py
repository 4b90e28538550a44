"""Pages of answers due."""
