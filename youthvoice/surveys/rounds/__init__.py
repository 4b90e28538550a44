"""One use of a questionnaire: when it is open, where it stands, and the two adults who open it."""
