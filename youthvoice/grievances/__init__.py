"""The grievance channel: a child tells, only the right adults read it, and something comes back.

picks           what a child taps instead of writing: codes, pictures, words
rules           what follows from the picks: is it about harm, and who reads it - pure
telling         the page of `/tell`; tell_form, told: what was sent, what it means; filing: sealed, with a code
code_page       the seven pictures that open the answer
clock_rules     how long adults may take, read from `clock_data` - pure
from_child      what a child does later with her code: one transaction each; child_rules, child_view - pure
escalation      when a clock is over, who is told next - pure
clocks          the job that tells them; `on_call` is the rota it asks first
notices         "please sign in", every day alike, and when a clock is over
guessing        somebody guesses at picture codes: the advocates are asked to sign in
"""
