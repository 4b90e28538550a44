"""Key files and the keyring."""
