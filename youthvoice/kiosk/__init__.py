"""The child's own pages: front page, connecting a tablet, returning with a picture code, working without a network."""
