"""Pages of reviews for adults who are signed in."""
