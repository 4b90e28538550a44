"""Surveys and everyday choices: questionnaires, rounds, responses, and their exact counts."""
