"""What may be published of counts: bands, and the only functions that create a `SafeTable`."""
