"""Knocks: a child asks by face for a talk; the adult learns that a child wants to talk, and nothing else."""
