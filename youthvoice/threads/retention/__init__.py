"""What ends with its month, what lives on, and letters on hold."""
