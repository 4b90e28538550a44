"""A child's statement for a review: picks, text, voice; sealed, and changed or taken back by the child."""
