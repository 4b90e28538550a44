"""Who may do what: roles and permissions as a table, sessions, and the guard of every staff page."""
