"""Suggestions of children for an agenda, and the review of each by an advocate."""
