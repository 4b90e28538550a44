"""The pack of a review for another organisation: read by a link and a number, or given as one sealed file."""
