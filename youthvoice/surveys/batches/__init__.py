"""Batches: closing, their exact counts, and the deletion of their keys."""
