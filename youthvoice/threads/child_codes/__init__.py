"""Picture codes: attempts, and the visit that a right code opens."""
