"""Outbox and SMTP: what is to be sent is a row of the transaction that decided it."""
