"""Words of staff pages about sessions at schools."""

from flask_babel import gettext as _

from youthvoice.surveys.rounds.opening.rules import Refusal
from youthvoice.surveys.school_sessions.rules import MOST_LETTERS


def theme(code: str) -> str:
    """What was heard."""
    themes = {
        "safe_adults": _("Adults one can trust"),
        "bullying": _("Bullying"),
        "online": _("Telephones and the internet"),
        "body": _("My body belongs to me"),
        "work": _("Children who work"),
        "early_marriage": _("Early marriage"),
        "going_away": _("Going away, and promises of work"),
        "papers": _("Papers"),
        "school": _("School and the way there"),
        "food": _("Food"),
        "health": _("Health"),
        "family": _("Family"),
        "play": _("Play and rest"),
        "to_be_heard": _("Being heard"),
    }
    return str(themes[code])


def say(refusal: Refusal) -> str:
    """Why a session cannot be written down."""
    reasons = {
        "no_permission": _("Say which permission is on file and who gave it. Without one no session is held."),
        "no_class": _("Say which class or group."),
        "due_too_early": _("Choose a day after the session."),
        "due_too_late": _("Children cannot wait that long: at most %(most)s days after the session."),
        "no_such_round": _("Choose the round before and the round after of the same questionnaire, or none."),
    }
    return str(reasons[refusal.code]) % dict(refusal.values)


def not_yet(code: str) -> str:
    """Why it cannot be put away."""
    reasons = {
        "not_filled": _("Whoever held it has not said yet how many children were there and what was heard."),
        "not_answered": _("Nobody has said yet what was changed because of it. Without that it cannot be put away."),
    }
    return str(reasons[code])


def state(code: str) -> tuple[str, str]:
    """Where a session stands: words and a mark."""
    states = {
        "coming": (_("Planned"), "clock"),
        "to_fill": (_("Waits to be filled in"), "half"),
        "asked": (_("Waits for an answer"), "clock"),
        "answered": (_("Answered"), "full"),
        "archived": (_("Put away"), "lock"),
    }
    words, mark = states[code]
    return str(words), mark


def too_long() -> str:
    """A sentence that is no sentence."""
    return str(_("Make it shorter: at most %(number)s letters.", number=MOST_LETTERS))
