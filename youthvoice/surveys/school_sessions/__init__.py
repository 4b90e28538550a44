"""Sessions at schools: with whose permission, what was heard, and what was changed because of them."""
