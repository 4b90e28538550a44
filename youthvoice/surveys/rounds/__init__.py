"""Rounds: one use of a questionnaire, from its opening by two adults to the decider's answer."""
