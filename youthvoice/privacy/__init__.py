"""What may be seen, and what must be unreadable: pure decisions, no Flask, no SQL, no clock.

bands        the ranges that counts are published in
cutting      the rule that finds those ranges, and what "safe" means
disclosure   the only maker of a `SafeTable`, the only thing a page about children may show
tabulation   which categories a question is published in
wording      what a band may be called, as codes
"""
