"""The end of a site: who decides it."""
