"""A box in a village: the same application on a small computer without internet, which has no key to open anything."""
