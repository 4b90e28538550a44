"""Responses: the page and form of a round, storing a child's answers, and entering paper sheets."""
