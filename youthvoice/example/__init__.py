"""The example: an invented site with people, answers and reports, for a first visitor."""
