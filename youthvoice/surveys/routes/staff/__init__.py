"""Addresses of surveys for people who are signed in."""
