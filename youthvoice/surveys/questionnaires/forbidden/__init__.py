"""Questions that a survey may not ask, found by their words."""
