"""Drafts of questionnaires in the builder, and imported files that wait for a confirmation."""
