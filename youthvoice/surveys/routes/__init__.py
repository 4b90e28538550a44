"""Routes of surveys: at the tablet, and for staff."""
