"""Shared tablets: connecting them to a site, recognising them, and their status."""
