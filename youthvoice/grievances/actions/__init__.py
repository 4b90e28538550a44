"""What a reader can do with a report: each act is a form and a rule that says what is to be written."""
