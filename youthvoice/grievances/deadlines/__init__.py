"""Deadlines of adults: who is told when one is over, and who is on call."""
