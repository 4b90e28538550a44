"""What a child said yes to: these words, for this person. Pure.

Source: STANDARDS.md S20 (prior consent), S31 (per reader, withdrawable).
"""

from collections.abc import Iterable

from youthvoice.threads.entries import CHILD, Entry


def allowed(said: Iterable[Entry], person_id: int) -> frozenset[str]:
    """What somebody may have by the child's yes, as ids in hexadecimal digits; her last answer to a question counts.

    Args:
        said: everything in a report, in order.
        person_id: who.
    """
    asked: dict[str, list[str]] = {}
    given: dict[str, list[str]] = {}
    for entry in said:
        question = str(entry.said.get("question") or "")
        if entry.kind == "advocate" and entry.said.get("ask") == "may_know" and entry.said.get("to") == person_id:
            asked[question] = list(entry.said.get("items", ()))
        elif entry.kind == "may_know" and entry.by == CHILD and question in asked:
            given.pop(question, None)
            if entry.said.get("answer") == "yes":
                given[question] = asked[question]
    return frozenset(one for items in given.values() for one in items)
