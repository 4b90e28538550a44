"""Pages of publications for whoever is signed in."""
