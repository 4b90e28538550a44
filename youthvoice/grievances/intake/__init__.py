"""A child tells: page, forms, submission, and what arrives."""
