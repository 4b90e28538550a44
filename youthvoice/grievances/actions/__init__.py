"""What a reader can do with a report: each action is a form and a rule that decides what is written."""
