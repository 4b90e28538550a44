"""One-time slips with four to seven pictures: one per child, dealt face down, spent with what the child sends."""
