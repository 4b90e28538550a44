"""What a child can select instead of writing: each pick has a code, a picture and a label. Data only.

Codes are stored sealed, and the rules use them; labels are in the catalogues.
Source: DESIGN.md 5, "Telling".
"""

from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.threads.child_fields import Pick

MAX_WORDS_CHARACTERS: Final = 4000
"""Of the child's own text."""

TOPICS: Final = (
    Pick("food", "1F958", _l("Food")),
    Pick("sleep", "1F6CF", _l("Sleep and rooms")),
    Pick("broken", "1F527", _l("Something broken")),
    Pick("shouted_at", "shouted", _l("Being shouted at")),
    Pick("hit", "hit", _l("Being hit")),
    Pick("touched", "touched", _l("Bad touch")),
    Pick("teased", "teased", _l("Being teased")),
    Pick("unsafe", "1F628", _l("Feeling unsafe")),
    Pick("other", "1F4AC", _l("Something else")),
)
"""What the report is about."""

MAX_TOPICS: Final = 2
"""At most this many can be selected."""

WHOM: Final = (
    Pick("me", "1F9D2", _l("About me")),
    Pick("friend", "1F9D1-200D-1F91D-200D-1F9D1", _l("About a friend")),
    Pick("several", "1F465", _l("Several of us")),
)
"""To whom it happened."""

BY_WHOM: Final = (
    Pick("adult", "1F9D3", _l("An adult here")),
    Pick("child", "1F9D2", _l("Another child")),
    Pick("family", "1F46A", _l("Family")),
    Pick("outside", "1F6B6", _l("Someone outside")),
    Pick("online", "1F4F1", _l("Online")),
    Pick("thing", "1F9F1", _l("A thing")),
    Pick("unknown", "dont-know", _l("I don't know")),
)
"""Who or what did it."""

MAY_KNOW: Final = (
    Pick("readers", "1F512", _l("Nobody else")),
    Pick("ask", "ask", _l("Ask me first")),
    Pick("helpers", "1F91D", _l("Those who help")),
)
"""Who else may know."""

WHERE: Final = (
    Pick("room", "1F6AA", _l("A quiet room")),
    Pick("outdoors", "1F3DE", _l("Outside")),
    Pick("school", "1F3EB", _l("At school")),
    Pick("anywhere", "1F4CD", _l("You choose")),
)
"""Where an adult may come and talk."""

SAID: Final = "said"

CONTACT: Final = (
    Pick("comes", "1F6B6", _l("I go to them")),
    Pick(SAID, "1F5E3", _l("I said my name")),
)
"""How child and adult meet where the child writes no name: the child goes there, or the name is in the recording."""

YES_NO: Final = (
    Pick("yes", "yes", _l("Yes")),
    Pick("no", "no", _l("No")),
)
"""Whether an adult should come."""

DANGER: Final = (Pick("yes", "worried", _l("Yes")), YES_NO[1], Pick("unknown", "dont-know", _l("I don't know")))
"""Whether somebody is in danger; a child who does not know is taken as seriously as one who says yes."""

WITH: Final = (
    Pick("alone", "1F9D2", _l("Just me")),
    Pick("adult", "1F9D1-200D-1F9D2", _l("An adult helps")),
)
"""Whether the child uses the tablet alone or an adult helps."""
