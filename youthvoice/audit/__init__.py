"""Append-only log: openings, exports, sign-ins and permission changes, chained by HMAC."""
