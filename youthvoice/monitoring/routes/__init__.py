"""Routes of the state of the installation."""
