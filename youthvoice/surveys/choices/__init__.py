"""Everyday choices: prepared by one adult, approved by another, shown on the board of the children."""
