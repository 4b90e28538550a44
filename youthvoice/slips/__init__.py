"""One-time slips of four pictures or more: one per child, dealt face down, spent with a sheet or a ballot."""
