"""Reading aloud: adults record each text for children; a tablet's own voice must be checked before it may speak."""
