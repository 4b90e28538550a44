"""Pages of the grievance channel at the tablet: no staff session."""
