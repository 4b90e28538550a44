"""Answers that adults owe children: owner, deadline, reply, escalation - one mechanism for all kinds."""
