"""What may be published of counts: bands, and the only maker of a `SafeTable`."""
