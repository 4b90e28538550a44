"""Questionnaires that are not kept yet: the drafts of the builder, and a file that waits for a yes."""
