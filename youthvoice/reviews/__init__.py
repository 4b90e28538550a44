"""Care-plan reviews: the child's statement comes first, every wish gets a decision, and the child reads it."""
