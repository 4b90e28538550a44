"""Words of staff pages about everyday choices; the rules speak in codes."""

from flask_babel import gettext as _

from youthvoice.surveys.rounds.opening import labels as opening_words
from youthvoice.surveys.rounds.opening.rules import Refusal
from youthvoice.web.i18n.languages import LANGUAGES


def kind(code: str) -> str:
    """A kind of choice."""
    kinds = {
        "food": _("Food"),
        "activity": _("Free time"),
        "chore": _("Helping"),
        "film": _("Film"),
        "outing": _("Outing"),
    }
    return str(kinds.get(code) or _("Own question"))


def ties(code: str) -> str:
    """How a tie ends."""
    rules = {
        "lot": _("A lot is drawn"),
        "both": _("Both are told, and both are done; of three or more a lot is drawn"),
        "first": _("What stands first wins"),
    }
    return str(rules[code])


def say(refusal: Refusal) -> str:
    """Why a choice cannot be asked."""
    values = dict(refusal.values)
    language = LANGUAGES.get(str(values.get("code", "")))
    values["language"] = language.name if language else ""
    sentence = _sentences().get(refusal.code)
    return sentence % values if sentence else opening_words.say(refusal)


def _sentences() -> dict[str, str]:
    return {
        "no_question": _("Write what is asked, in one language at least."),
        "question_too_long": _("At most %(most)s words: a child hears it once."),
        "question_missing": _("There are words in %(language)s. Ask the question in it too, or leave them out."),
        "too_few_options": _("Give at least %(least)s pictures to choose from."),
        "picture_missing": _("Choose a picture for this word."),
        "picture_unknown": _("There is no picture “%(said)s”. Look at the shelf."),
        "picture_near": _("There is no picture “%(said)s”. Did you mean “%(near)s”?"),
        "picture_twice": _("This picture stands there already: two alike cannot be told apart."),
        "word_missing": _("The word in %(language)s is missing."),
        "word_too_long": _("At most %(most)s words on a picture."),
        "word_twice": _("This word stands there already."),
        "choice_asks_who": _("This seems to ask who a child is. A choice may not."),
        "choice_asks_abuse": _("This asks whether a child was hurt. A choice may not: that is what Tell is for."),
        "open_already": _("The same question is open here, or waits for an advocate. Wait until it is decided."),
        "too_few_children": _("With fewer than %(least)s children nothing can win. Talk with them instead."),
        "ends_before_start": _("This evening is over. Choose a later day."),
        "second_is_first": _("Somebody else must approve it than whoever prepared it."),
        "not_waiting": _("Somebody else decided about it a moment ago."),
        "too_few_advocates": _(
            "%(site)s has %(number)s advocates who can read. Two are needed before children are asked, and one of them "
            "approves every choice."
        ),
    }


def state(code: str) -> tuple[str, str]:
    """Where a choice stands: words and a mark."""
    states = {
        "waits": (_("An advocate looks at it"), "half"),
        "missed": (_("Nobody approved it in time"), "clock"),
        "dropped": (_("Not asked"), "no"),
        "open": (_("Open"), "ring"),
        "counting": (_("Being counted"), "half"),
        "too_few": (_("Too few voted"), "lock"),
        "too_many": (_("More votes than children: not counted"), "lock"),
        "asked": (_("Decided, not done yet"), "clock"),
        "yes": (_("Done"), "full"),
        "partly": (_("Not yet"), "half"),
        "no_because": (_("Not done, and why"), "ring"),
    }
    words, mark = states[code]
    return str(words), mark
