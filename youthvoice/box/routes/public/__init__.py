"""Pages of a box, and the page of its main house that it brings bundles to."""
