"""HTTP of the grievance channel, at the tablet and for staff."""
