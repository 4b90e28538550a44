"""Labels of everyday choices for adults: kinds, tie rules, states and error messages."""

from typing import Final

from flask_babel import lazy_gettext as _l

from youthvoice.surveys.questionnaires.labels import language_label
from youthvoice.surveys.rounds.labels import opening_message
from youthvoice.surveys.rounds.rules import RuleRefusal
from youthvoice.web.i18n.languages import LANGUAGES

CHOICE_KIND_LABELS: Final = {
    "food": _l("Food"),
    "activity": _l("Free time"),
    "chore": _l("Helping"),
    "film": _l("Film"),
    "outing": _l("Outing"),
    "own": _l("Own question"),
}

TIE_RULE_LABELS: Final = {
    "lot": _l("A lot is drawn"),
    "both": _l("Both are told, and both are done; of three or more a lot is drawn"),
    "first": _l("The first in the list wins"),
}

CHOICE_MESSAGES: Final = {
    "no_question": _l("Write what is asked, in one language at least."),
    "question_too_long": _l("At most %(most)s words: a child hears it once."),
    "question_missing": _l("There are words in %(language)s. Ask the question in it too, or leave them out."),
    "too_few_options": _l("Give at least %(least)s pictures to choose from."),
    "picture_missing": _l("Choose a picture for this word."),
    "picture_unknown": _l("No picture is called “%(said)s”. Choose one from the list."),
    "picture_near": _l("There is no picture “%(said)s”. Did you mean “%(near)s”?"),
    "picture_twice": _l("This picture is already in the list: children cannot tell two alike apart."),
    "word_missing": _l("The word in %(language)s is missing."),
    "word_too_long": _l("At most %(most)s words on a picture."),
    "word_twice": _l("This word is already in the list."),
    "choice_asks_who": _l("This seems to ask who a child is. A choice may not."),
    "choice_asks_abuse": _l(
        "This seems to ask whether a child was hurt: “%(word)s” (%(language)s). A choice may not: that is what Tell "
        "is for."
    ),
    "open_already": _l("The same question is open here, or waits for an advocate. Wait until it is decided."),
    "too_few_children": _l("With fewer than %(least)s children nothing can win. Talk with them instead."),
    "ends_before_start": _l("This evening is over. Choose a later day."),
    "second_is_first": _l("Somebody other than the person who prepared it must approve it."),
    "not_waiting": _l("Somebody else decided about it a moment ago."),
    "too_few_advocates": _l(
        "%(site)s has %(number)s advocates who can read. Two are needed before children are asked, and one of them "
        "approves every choice."
    ),
}


def choice_refusal_message(refusal: RuleRefusal) -> str:
    """The message of a rule that a choice breaks; a rule of all rounds has its message in `rounds.labels`.

    `%(language)s` in it is the language of the site that lacks a text (`code`), by its own name, or the one of the
    forbidden word (`language`), by its name in the reader's language.
    """
    if refusal.code not in CHOICE_MESSAGES:
        return opening_message(refusal)
    language = LANGUAGES.get(str(refusal.values.get("code", "")))
    language_name = language.name if language else language_label(str(refusal.values.get("language", "en")))
    return str(CHOICE_MESSAGES[refusal.code]) % {**refusal.values, "language": language_name}


CHOICE_STATES: Final = {
    "waits": (_l("An advocate looks at it"), "half"),
    "missed": (_l("Nobody approved it in time"), "clock"),
    "dropped": (_l("Not asked"), "no"),
    "open": (_l("Open"), "ring"),
    "counting": (_l("Being counted"), "half"),
    "too_few": (_l("Too few voted"), "lock"),
    "too_many": (_l("More votes than children: not counted"), "lock"),
    "asked": (_l("Decided, not done yet"), "clock"),
    "yes": (_l("Done"), "full"),
    "partly": (_l("Not yet"), "half"),
    "no_because": (_l("Not done, and why"), "ring"),
}
"""The states of a choice: label and mark."""
