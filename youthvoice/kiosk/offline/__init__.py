"""A tablet without a network: what lies on it, and what it delivers when it meets a network again."""
