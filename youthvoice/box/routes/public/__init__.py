"""Pages of a box, and the address on the main server that receives bundles, without a sign-in."""
