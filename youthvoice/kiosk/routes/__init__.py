"""HTTP of the child's own pages, and of posters and help cards."""
