"""Frozen views: page, print, mail, export; "you said, we did"."""
