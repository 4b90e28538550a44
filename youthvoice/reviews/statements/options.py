"""What a child can select about the plan: each pick has a code, a picture and a label. Data only.

Good things and wishes use the same pictures at the same size.
Source: STANDARDS.md S29 to S32.
"""

from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.threads.child_fields import Pick

MAX_WORDS_CHARACTERS: Final = 2000
"""Of the child's text about wishes, and of the text about what is good."""

LIFE: Final = (
    Pick("home", "1F6CB", _l("Where I live")),
    Pick("family", "1F46A", _l("My family")),
    Pick("friends", "1F9D1-200D-1F91D-200D-1F9D1", _l("My friends")),
    Pick("adults", "1F9D3", _l("The adults here")),
    Pick("school", "1F3EB", _l("School")),
    Pick("work", "1F9F0", _l("Learning a craft")),
    Pick("play", "1F3B2", _l("Play and rest")),
    Pick("food", "1F958", _l("Food")),
    Pick("health", "1FA7A", _l("My health")),
    Pick("other", "1F4AC", _l("Something else")),
)
"""The subjects of a plan: what is good, what should change, what the child is afraid of."""

SPEAKS: Final = (
    Pick("me", "1F9D2", _l("I speak")),
    Pick("both", "1F9D1-200D-1F9D2", _l("We both speak")),
    Pick("advocate", "1F5E3", _l("My advocate speaks for me")),
)
"""Who speaks at the review."""

COMES: Final = (
    Pick("yes", "yes", _l("Yes")),
    Pick("part", "1F55B", _l("For a part")),
    Pick("no", "no", _l("No")),
)
"""Whether the child wants to be there."""

HEARS: Final = (
    Pick("tablet", "1F4F1", _l("At a tablet")),
    Pick("told", "1F9D1-200D-1F9D2", _l("Somebody tells me")),
    Pick("letter", "2709", _l("A letter")),
)
"""How the child wants to hear what was decided; a tablet always works too."""
