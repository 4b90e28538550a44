"""A telling that another page of a child's began: what she said there stands on the page, for her to change.

A representative hands over what a friend told her (S26). She is asked how she herself is: her answer is a line of her
words, so that whoever reads them looks after her, too.
"""

from collections.abc import Collection, Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.grievances import options as picks

BEGIN: Final = "begin"
_FRIEND: Final = "friend"
_TOLD = _l("A friend told me something bad.")
_HOW: Final[Mapping[str, object]] = {
    "well": _l("I am well with it."),
    "so_so": _l("It is hard for me."),
    "not_well": _l("I am not well with it."),
}


def given(form: Mapping[str, str]) -> Mapping[str, Collection[str]]:
    """What fills the page, by the name of its input; nothing that is on no page of ours.

    Args:
        form: `whom`, `come`, `how_is` and `words`, as another page sent them.
    """
    whom = form.get("whom", "")
    found = {
        "whom": whom if whom in picks.codes(picks.WHOM) else "",
        "come": "yes" if form.get("come") == "yes" else "",
        "words": _words(form, whom),
    }
    return {name: (value,) for name, value in found.items() if value}


def _words(form: Mapping[str, str], whom: str) -> str:
    hers = form.get("words", "").replace("\r\n", "\n").replace("\0", "").strip()
    how = _HOW.get(form.get("how_is", ""), "")
    first = " ".join(str(line) for line in (_TOLD, how) if line) if whom == _FRIEND else ""
    return "\n".join(part for part in (first, hers) if part)[: picks.MOST_LETTERS]
