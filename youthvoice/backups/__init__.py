"""Backups: consistent sealed copies of the database, and restoring them."""
