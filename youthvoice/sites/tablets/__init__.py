"""Shared devices: how they come to belong to a site, and which of them asks."""
