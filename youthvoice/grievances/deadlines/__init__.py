"""Deadlines of adults: escalation of overdue reports and letters, notices, and the on-call rota."""
