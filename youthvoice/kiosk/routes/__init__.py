"""HTTP of a child's first pages."""
