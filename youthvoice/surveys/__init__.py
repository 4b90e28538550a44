"""Surveys and everyday choices: what is asked, in which rounds, and what becomes of the answers."""
