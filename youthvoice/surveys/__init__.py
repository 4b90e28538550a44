"""Questionnaires, rounds, responses, batches."""
