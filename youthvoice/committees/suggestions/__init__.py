"""A child suggests something for an agenda; an advocate decides about it."""
