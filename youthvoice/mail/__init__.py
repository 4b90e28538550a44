"""Mail: composing, the outbox, and sending by SMTP."""
