"""When a committee meets, what came of its items, its minutes and its calendar."""
