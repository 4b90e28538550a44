"""One-time slips of three pictures: one per child, dealt face down at a sitting, spent with a sheet or a ballot."""
