"""Committees of children: meetings, agendas, minutes, elections and representatives.

One model with six presets. Children's texts are encrypted, and an agenda item follows only the transitions that
`agenda.entities` lists. Answers due from adults are in `accountability`. A child's suggestion is a letter of the letter
box until an advocate publishes it. What concerns one child leaves the agenda for the advocates (`threads`).
"""
