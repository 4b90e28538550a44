"""Pages of sites for whoever is signed in."""
