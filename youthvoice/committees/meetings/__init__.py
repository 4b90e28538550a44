"""Meetings of a committee: when they are, the outcome of each item, minutes, and the calendar."""
