"""A tablet without a network: the pages stored on it, and what it delivers when it has a network again."""
