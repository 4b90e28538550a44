"""School sessions: who permitted them, what children said, and what adults changed because of them."""
