"""The guard settles what a form of staff wrote; where a page does more or less than it says, it stands here why."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).parents[2] / "youthvoice"

COMMITS_ITSELF: Final = {
    "accounts/routes/staff/people.py leave_key": "another transaction asks who is signed in when the page is drawn",
    "committees/routes/staff/committees.py close": "a key ends once others see that its election is over",
    "committees/routes/staff/elections.py call_off": "likewise",
    "committees/routes/staff/elections.py close": "likewise",
    "grievances/routes/staff/opened_items.py open_and_log": "it was opened, even if the form with it is refused",
    "grievances/routes/staff/reports.py _mark_open": "likewise",
    "read_aloud/routes/staff.py record": "another request may look up at once what there is to hear",
    "read_aloud/routes/staff.py remove": "likewise",
    "surveys/routes/staff/rounds.py deal_slips": "the log tells of slips that were refused, too",
}
"""Where a staff page commits by itself."""

GOES_ON: Final = {
    "accountability/routes/staff.py _record_reply": "the form says why: 422",
    "accounts/routes/staff/invitations.py join": "no guard: nobody is signed in; it writes in a transaction of its own",
    "accounts/routes/staff/sign_in.py sign_in": "likewise, and its tries count",
    "committees/routes/staff/suggestions.py _was_opened_here": "reads an address",
    "reviews/routes/staff/pack_file.py _languages": "only reads",
    "surveys/routes/staff/questionnaires.py import_file": "reads a file before anything is written",
}
"""Where a staff page goes on after an exception without undoing anything."""


def _functions() -> Iterator[tuple[str, ast.FunctionDef, set[str]]]:
    """Each function of a staff page, and those of its module that roll back."""
    for path in sorted(HOUSE.rglob("*.py")):
        name = path.relative_to(HOUSE).as_posix()
        if "/routes/staff" not in name:
            continue
        functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
        undoing = {function.name for function in functions if "rollback" in _calls(function)}
        for function in functions:
            yield f"{name} {function.name}", function, undoing


def _calls(node: ast.AST) -> set[str]:
    """The names of everything that is called there."""
    functions = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {getattr(function, "attr", getattr(function, "id", "")) for function in functions}


def _is_refused(handler: ast.ExceptHandler) -> bool:
    """Whether what follows is an answer of 400 and above: raised, returned with its number, or by a form's errors."""
    last = handler.body[-1]
    numbers = {node.value for node in ast.walk(last) if isinstance(node, ast.Constant) and isinstance(node.value, int)}
    stores = [node for node in ast.walk(handler) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return (
        isinstance(last, ast.Raise)
        or "abort" in _calls(last)
        or any(400 <= number < 600 for number in numbers)
        or any(store.attr in {"errors", "form_errors"} for store in stores)
    )


def test_a_staff_page_leaves_its_transaction_to_the_guard() -> None:
    found = {place for place, function, _undoing in _functions() if "commit" in _calls(function)}
    assert found == set(COMMITS_ITSELF), "leave it to the guard (`access/guard`), or say above why not"


def test_a_staff_page_that_goes_on_after_an_exception_undoes_what_it_began() -> None:
    """A redirect counts as taken: what was written before the exception would be kept."""
    found = {
        place
        for place, function, undoing in _functions()
        for node in ast.walk(function)
        if isinstance(node, ast.ExceptHandler)
        if not _calls(node) & {"rollback", *undoing} and not _is_refused(node)
    }
    assert found == set(GOES_ON), "call `rollback()`, answer 400 or more, or say above why nothing is to be undone"
