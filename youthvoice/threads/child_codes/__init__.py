"""Picture codes: counted attempts, and the visit that a right code opens."""
