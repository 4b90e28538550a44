"""Pages of accounts for whoever is signed in, or is about to be."""
