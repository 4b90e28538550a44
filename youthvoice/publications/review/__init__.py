"""A view before it is approved: drafted, looked at, sent back."""
