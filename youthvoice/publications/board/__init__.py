"""The children's board of a site, "you said, we did": what children said, what adults answered, and what changed."""
