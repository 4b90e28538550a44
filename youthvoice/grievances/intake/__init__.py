"""How a report comes in: the page, its forms, the submission, and storing it."""
