"""A child's front page, enrolment, quick exit, help."""
