"""Encryption, key derivation, padding and MACs."""
