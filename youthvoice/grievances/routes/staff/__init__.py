"""Pages of the grievance channel for people who are signed in."""
