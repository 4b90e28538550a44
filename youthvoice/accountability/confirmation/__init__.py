"""Confirmation."""
