"""Questionnaires: what is asked, what a questionnaire must satisfy, and the files it comes from."""
