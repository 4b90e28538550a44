"""Committees of children: who meets, what is on the agenda, what was said, and what adults answered.

One model with six presets. Children's words lie locked, and an item walks only the drawn ways. What adults owe is in
`accountability`, what a child suggests is a letter of the letter box until somebody publishes it, and what concerns one
child leaves the agenda for the advocates (`threads`).
"""
