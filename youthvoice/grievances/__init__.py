"""The grievance channel: a child tells, only the right adults read it, and something comes back."""
