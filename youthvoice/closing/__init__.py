"""The end of a site: who decides it, and what keeps it open."""
