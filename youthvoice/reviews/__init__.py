"""Care-plan reviews: a child's own words first, a decision for every wish, and she reads what became of it."""
