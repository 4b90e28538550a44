"""Recovery: a key that two people hold, and the yearly rehearsal of getting everything back."""
