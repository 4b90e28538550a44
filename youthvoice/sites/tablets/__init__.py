"""Tablets."""
