"""What the codes of `opening` are called, in plain words; English where no request is (the command line)."""

from flask import current_app, has_app_context
from flask_babel import gettext

from youthvoice.surveys.rounds.opening.rules import Refusal
from youthvoice.web.i18n.languages import LANGUAGES


def _(msgid: str) -> str:
    """Mark a sentence for the catalogues; it is translated when it is said."""
    return msgid


WORDS: dict[str, str] = {
    "not_approved": _("No advocate has approved this questionnaire yet. Ask one to look at its screens."),
    "letter_box_in_care": _(
        "“%(question)s” is a letter box. A care round has none: children use Tell us instead. "
        "Take it out of the questionnaire."
    ),
    "not_a_choice": _("Only a questionnaire made for an everyday choice can be opened as a choice."),
    "is_a_choice": _(
        "This questionnaire is made for an everyday choice: only what won is told, at once. Open it as a choice."
    ),
    "never_paired": _("Admission, release and everyday choices are never asked as a before-and-after pair."),
    "no_cards_yet": _(
        "Cards that join a child's two answers do not exist yet. Open the pair without a link, "
        "or use a questionnaire that asks “before” and “now” on one sheet."
    ),
    "sheet_asks_once": _(
        "This questionnaire does not ask “before” and “now” on one sheet. Choose another, or no link."
    ),
    "sheet_needs_no_pair": _("This questionnaire asks “before” and “now” on one sheet. Open it once, without a pair."),
    "too_few_advocates": _(
        "%(site)s has %(number)s advocates who can read letters. Two are needed before children are asked."
    ),
    "helpline_untested": _(
        "The helpline of %(site)s is not complete, or nobody has called it to try it. See Sites and groups."
    ),
    "ends_before_start": _("The last day is before the first day, or already over. Choose a later last day."),
    "too_long": _("A round is open for a year at most. Choose an earlier last day."),
    "after_comes_first": _("The second round starts before the first. Choose a later first day."),
    "due_too_early": _("The answer is due before everybody has answered. Choose a day after the last day."),
    "due_before_the_vote": _("This day is before the vote ends. Choose the day of the vote, or a later one."),
    "nobody_invited": _("Say how many children are invited: at least one."),
    "no_slips_in_care": _("Slips are dealt at a sitting. Children who come or leave answer alone: no slips there."),
    "too_many_for_slips": _("Slips can be dealt to %(most)s children at most. Open several rounds, or ask for none."),
    "never_of_a_group": _("Only a regular round or an awareness round can be for one group."),
    "group_is_of_one_site": _("A group is of one site. Choose the whole of these sites, or only one of them."),
    "no_such_group": _("There is no group %(group)s at this site. See Sites and groups."),
    "no_permission": _("Say which permission is on file and who gave it."),
    "decider_left": _("The adult who will answer has no account here, or has left. Choose another."),
    "second_is_first": _("The second adult must be somebody else than you."),
    "asked_already": _(
        "“%(question)s” was asked here already in this quarter (a lasting fact: this year), of all or of one group, "
        "or will be by a round that is already planned. "
        "Wait for the next one, or take the question out."
    ),
    "asked_meanwhile": _(
        "Somebody else opened a round with one of these questions a moment ago. Nothing was opened here."
    ),
    "only_letters_read": _(
        "Fewer than %(minimum)s children are invited: their answers will not be counted, only the letter box "
        "is read. The children are told so before they begin."
    ),
    "nothing_counted": _(
        "Fewer than %(minimum)s children are invited, and there is no letter box: nothing they answer will be "
        "counted or read. The children are told so before they begin."
    ),
    "same_days": _(
        "Both rounds of the pair are open on the same days, so “before” and “after” are one. End them and open the "
        "pair again with days of its own for the round after, if that is not what you want."
    ),
    "language_missing": _(
        "%(site)s offers %(language)s, but this questionnaire has no words in it. "
        "Those children will see it in its first language."
    ),
}


def say(refusal: Refusal) -> str:
    """The sentence of a code, in the reader's language."""
    language = LANGUAGES.get(str(refusal.values.get("code")))
    values = {**refusal.values, "language": language.name if language else refusal.values.get("code", "")}
    return _translated(WORDS[refusal.code]) % values


def _translated(msgid: str) -> str:
    if has_app_context() and "babel" in current_app.extensions:
        return str(gettext(msgid))
    return msgid


STEPS: dict[str, str] = {
    "questions": _("Which questions?"),
    "kind": _("What are they for, and how often?"),
    "place": _("Where are children asked?"),
    "group": _("Everybody there, or one group?"),
    "days": _("When can children answer?"),
    "children": _("Which children, and who allowed it?"),
    "answer": _("Who answers them, and by when?"),
}


def step_name(step: str) -> str:
    """What a page of opening a round asks."""
    return _translated(STEPS[step])
