"""Encryption, keys, credentials, and rules of disclosure: no Flask, no SQL, no clock."""
