"""The work process: does what is due, again and again, beside any number of its kind."""
