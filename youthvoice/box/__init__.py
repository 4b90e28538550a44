"""A box in a village: the same application on a small computer without internet, with no key that opens anything."""
