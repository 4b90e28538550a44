"""Labels of answers due: on staff pages, and for children and guardians.

They may hold an adult's name, never a child's.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l, ngettext

from youthvoice.access.permissions import COORDINATOR
from youthvoice.accountability.entities import AnswerDue, MissedDeadline, Reply, ReplyWords
from youthvoice.accountability.rules import ANSWER_DUE_KINDS, MAX_REPLY_CHARACTERS, WHOLE
from youthvoice.web.i18n import formats, languages
from youthvoice.web.i18n.formats import format_short_day

PersonNames = Mapping[int, str]  # person -> name


def waiting_label(answer_due: AnswerDue, names: PersonNames, today: date) -> str:
    """Who answers by when; after a missed deadline, who missed it, and who was asked next (S13).

    Args:
        answer_due: that waits for an answer.
        names: of `answer_due.people`.
        today: at the site.
    """
    if not answer_due.late:
        return _owner_answers(answer_due, names, today)
    sentences = [_missed_label(missed_deadline, names) for missed_deadline in answer_due.late]
    if answer_due.rung == "decision_maker":
        values = {"name": names.get(answer_due.asked_id or 0, ""), "day": child_day_label(answer_due.until)}
        sentences.append(str(_("We asked %(name)s, who answers by %(day)s.", **values)))
    else:
        sentences.append(str(_("Now the child advocates go and ask, until somebody answers.")))
    return " ".join(sentences)


def _owner_answers(answer_due: AnswerDue, names: PersonNames, today: date) -> str:
    who = {"name": _name_of(answer_due.owner_id, names), "day": child_day_label(answer_due.due)}
    if today > answer_due.due:
        return str(_("%(name)s should have answered by %(day)s. We keep asking.", **who))
    return str(_("%(name)s answers by %(day)s.", **who))


def _missed_label(missed_deadline: MissedDeadline, names: PersonNames) -> str:
    who = {"name": _name_of(missed_deadline.person_id, names), "day": child_day_label(missed_deadline.day)}
    return str(_("%(name)s did not answer by %(day)s.", **who))


def _name_of(person_id: int | None, names: PersonNames) -> str:
    return str(_("The child advocates")) if person_id is None else names.get(person_id, "")


_OPENINGS: Final = {"yes": _l("Yes:"), "partly": _l("Partly:"), "no_because": _l("No, because:")}

_OPENINGS_OF_ACTIONS: Final = {
    "yes": _l("We do this:"),
    "partly": _l("We begin:"),
    "no_because": _l("We do nothing, because:"),
}

_OPENINGS_OF: Final = {
    "choice": _OPENINGS | {"yes": _l("Done:"), "partly": _l("Not yet:")},
    "quiz": _OPENINGS_OF_ACTIONS,
    "mixed": _OPENINGS_OF_ACTIONS,
}


def reply_opening_label(kind: str, wording: str = "round") -> str:
    """The beginning of an answer. A choice says whether it is done (S33), a quiz what is done (`AnswerDue.wording`)."""
    return str(_OPENINGS_OF.get(wording, _OPENINGS)[kind])


def unanswered_label(kind: str = "round") -> str:
    """What is shown while nobody has answered; a choice is being carried out (S33)."""
    return str(_("Asked.") if kind == "choice" else _("Not answered yet."))


def by_whom_label(reply: Reply, name: str, today: date) -> str:
    """Who answered, and from or since when it is done: `Ms Joshi, from 1 June`."""
    if reply.done_by is None:
        return name
    who = {"name": name, "day": child_day_label(reply.done_by)}
    return str(_("%(name)s, from %(day)s", **who) if reply.done_by >= today else _("%(name)s, since %(day)s", **who))


def child_day_label(day: date) -> str:
    """A day for children, never broken over two lines."""
    return format_short_day(day)


def words_in_language(words: ReplyWords, language: str) -> str:
    """The text in a language, else in English, else in the first language there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def due_heading(answer_due: AnswerDue, language: str, person_id: int = 0) -> str:
    """An answer due in one line, as a reader sees it; `person_id` is 0 for other readers."""
    return str(_HEADINGS[answer_due.kind]) % {"about": words_in_language(answer_due.about_for(person_id), language)}


_HEADINGS: Final = {
    "round": _l("Answer the children: %(about)s"),
    "item": _l("Answer the committee: %(about)s"),
    "choice": _l("Do what the children chose: %(about)s"),
    "session": _l("Say what was changed: %(about)s"),
    "safety": _l("Talk with the group: %(about)s"),
    "too_many": _l("Too many answers: %(about)s"),
    "letters": _l("First review of the letters"),
    "suggestions": _l("Decide about suggestions"),
    "held": _l("Decide about a suggestion that waits for you"),
    "statement": _l("Ask the child before her review: %(about)s"),
    "review": _l("Decide at the review: %(about)s"),
    "promise": _l("Keep what was promised at the review: %(about)s"),
    "care_gap": _l("Children not asked or answered in time: %(about)s"),
}


def due_explanation(answer_due: AnswerDue) -> str:
    """Why an answer is due, and what to do."""
    return _round_explanation(answer_due) if answer_due.kind == "round" else str(_EXPLANATIONS[answer_due.kind])


_EXPLANATIONS: Final = {
    "item": _l(
        "A committee of children asked for this. Say yes, partly, or no and why. Children read your sentence: keep "
        "it short and simple. Guardians read it too, without what was asked: let it say what it is about."
    ),
    "choice": _l(
        "The children chose this together. Say when it is done; or until when it is not; or why it cannot be."
    ),
    "session": _l("Say what was changed because of what the children said at this session, or why nothing was."),
    "safety": _l(
        "At least one child in this round answered in a way that says harm. Nobody can know who. Talk with the "
        "whole group and let everyone know where help is. Never ask who it was."
    ),
    "too_many": _l(
        "More than a tenth more answers came in than children were invited, so nothing is published. Find out how "
        "that happened: was a tablet left alone, or was the number wrong?"
    ),
    "letters": _l("Letters are waiting for a first review. This closes automatically when all are opened."),
    "suggestions": _l(
        "Children were told that you will decide by this day. This closes automatically when every one is decided."
    ),
    "held": _l("The agenda says that you decide by this day. This task closes automatically when you have decided."),
    "statement": _l(
        "Ask her alone whether she wants to say something. This task closes automatically when she has given a "
        "statement, or when you have recorded that she chose not to."
    ),
    "review": _l("Every wish, and the plan, ends with a decision and one sentence for the child."),
    "promise": _l("A child was promised this by this day. Do it, then write down what was done; she is asked, too."),
    "care_gap": _l(
        "At a step of care children were not asked, or got no answer in time. Look at Care stages, find out why, and "
        "write down what is done so that it does not happen again. The coordinators, the child advocates and the "
        "safeguarding leads see it; one of them writes it down."
    ),
}


def _round_explanation(answer_due: AnswerDue) -> str:
    if not answer_due.ready:
        return str(_("You can answer as soon as an advocate has approved what the children said."))
    if not answer_due.parts:
        return str(_("There is no view of this round to read. Tell the children what happens now."))
    if answer_due.wording(WHOLE) in {"quiz", "mixed"}:
        return str(_("Say what you do, or why nothing. Children read your sentence: keep it short and simple."))
    return str(_("Say yes, partly, or no and why. Children read your sentence: keep it short and simple."))


def asked_in_label(answer_due: AnswerDue, title: ReplyWords, last: date, language: str) -> str:
    """What tells apart two lines with one name: the last day of their round, and its title where the line lacks it.

    Args:
        answer_due: of the line.
        title: of the round.
        last: the last day of the round, at the site.
        language: of the page.
    """
    until = str(_("asked until %(day)s", day=formats.format_day(last)))
    return f"{words_in_language(title, language)} · {until}" if answer_due.kind in {"safety", "choice"} else until


def others_due_heading(answer_due: AnswerDue, language: str) -> str:
    """What somebody else did not answer in time; of the advocates' tasks not even the kind."""
    to_children = answer_due.to_children or ANSWER_DUE_KINDS[answer_due.kind].of_a_review
    return due_heading(answer_due, language) if to_children else str(_("A task of the child advocates"))


REPLY_KIND_LABELS: Final = {
    "yes": _l("Yes"),
    "partly": _l("Partly"),
    "no_because": _l("No, because"),
    "done": _l("Done"),
}
CHOICE_REPLY_LABELS: Final = REPLY_KIND_LABELS | {"yes": _l("Done"), "partly": _l("Not yet")}
"""The same for a choice."""

QUIZ_REPLY_LABELS: Final = REPLY_KIND_LABELS | {
    "yes": _l("We do something about it"),
    "partly": _l("We begin with a part"),
    "no_because": _l("We do nothing about it, because"),
}
"""The same for a quiz, which asks no wish that could get a yes or no."""


def reply_kind_label(code: str, wording: str = "round") -> str:
    """The kind of an answer (`AnswerDue.wording`)."""
    labels = {"choice": CHOICE_REPLY_LABELS, "quiz": QUIZ_REPLY_LABELS, "mixed": QUIZ_REPLY_LABELS}
    return str(labels.get(wording, REPLY_KIND_LABELS)[code])


def reply_question_label(wording: str) -> str:
    """The question to the adult who answers."""
    questions = {"quiz": _l("What do you do about what they did not know?"), "mixed": _l("What do you do about it?")}
    return str(questions.get(wording, _l("Your answer")))


def asked_after_labels(answer_due: AnswerDue, names: PersonNames) -> Iterator[str]:
    """Everybody who missed a deadline, also before a reopening, and who is asked now."""
    for deadline in (*answer_due.late_before, *answer_due.late):
        who = names.get(deadline.person_id or 0) or (
            _("The safeguarding lead")
            if deadline.rung == "leads"
            else _("The coordinators")
            if deadline.rung == "owner" and answer_due.owner_role == COORDINATOR
            else _("The child advocates")
        )
        yield str(_("%(name)s did not answer by %(day)s.", name=who, day=formats.format_day(deadline.day)))
    if answer_due.settled_on is not None or not answer_due.late:
        return
    if answer_due.rung == "leads":
        yield str(_("The safeguarding lead was asked then, until %(day)s.", day=formats.format_day(answer_due.until)))
    elif answer_due.rung == "outside":
        yield str(
            _("The outside recipient was asked then. Everybody is asked every other day until somebody writes it down.")
        )
    elif answer_due.rung == "decision_maker":
        yield str(
            _(
                "%(name)s was asked then, until %(day)s.",
                name=names.get(answer_due.asked_id or 0, ""),
                day=formats.format_day(answer_due.until),
            )
        )
    elif any(missed_deadline.rung == "decision_maker" for missed_deadline in answer_due.late):
        yield str(_("The child advocates were then asked: talk with the decision-maker, and record the outcome."))
    else:
        yield str(_("No other decision-maker is named at this site, so the child advocates were asked immediately."))


def reopened_label(answer_due: AnswerDue) -> str:
    """That children reopened the answer; empty where they did not."""
    return str(_("Children say that it is not done yet. Please answer them once more.")) if answer_due.again else ""


def confirmed_label(reply: Reply) -> str:
    """When children confirmed it; empty before."""
    if reply.confirmed_on is None:
        return ""
    return str(_("Children said on %(day)s that it is done.", day=formats.format_day(reply.confirmed_on)))


def reply_box_label(answer_due: AnswerDue, language: str, *, alone: bool) -> str:
    """The label of the box for the sentence."""
    if not ANSWER_DUE_KINDS[answer_due.kind].to_children:
        done = str(_("What was done, without a word about any child"))
        return done if alone else f"{done} ({languages.LANGUAGES[language].name})"
    if alone:
        return str(_("Your sentence for the children"))
    return str(_("Your sentence for the children, in %(language)s", language=languages.LANGUAGES[language].name))


def empty_box_label(place: int) -> str:
    """What readers of a language see where its box stays empty."""
    if place == 0:
        return str(_("Short, friendly words. A child of ten should understand them."))
    return str(_("If empty, people who chose this language read the first sentence above, untranslated."))


def reply_language_labels(reply: Reply, offered: Iterable[str]) -> list[tuple[str, str]]:
    """Each language that children can choose, with the language in which they see the answer."""
    code_pairs = ((code, reply.read_in(code)) for code in dict.fromkeys((*offered, *reply.words)))
    return [(languages.LANGUAGES[code].name, languages.LANGUAGES[shown_code].name) for code, shown_code in code_pairs]


def due_when_label(answer_due: AnswerDue, today: date, person_id: int = 0) -> str:
    """How much time is left for the owner or the reader; or when it was answered."""
    days = ((answer_due.due_for(person_id) if person_id else answer_due.due) - today).days
    if answer_due.settled_on is not None:
        on = formats.format_day(answer_due.settled_on)
        return str(_("late, on %(day)s", day=on) if answer_due.was_late else on)
    if days < 0:
        return str(ngettext("%(num)s day overdue", "%(num)s days overdue", -days))
    return str(ngettext("%(num)s day left", "%(num)s days left", days) if days else _("due today"))


REPLY_REFUSAL_LABELS: Final = {
    "not_an_answer": _l("Choose an answer. That you read it is not an answer."),
    "reason_missing": _l("Say why not: children have a right to the reason."),
    "words_missing": _l("Write a sentence."),
    "too_long": _l("Make it shorter: at most %(number)s letters.", number=MAX_REPLY_CHARACTERS),
    "unknown_part": _l("This question is not part of what was published."),
    "letters_wait": _l("A letter is still waiting. This task closes automatically when every letter has been opened."),
    "suggestions_wait": _l("A suggestion is still waiting. This closes automatically when every one is decided."),
    "statement_waits": _l("The child has not been asked yet. This task closes automatically when that is recorded."),
    "not_yet": _l("This cannot be answered yet: the view is not approved."),
    "not_a_day": _l("Write a day of the calendar, or leave it empty."),
    "day_missing": _l("Not yet needs a day: children read until when."),
    "day_of_a_no": _l("A no has no day. Take the day out, or choose another answer."),
    "day_is_over": _l("This day is over. Is it done?"),
    "day_after_last": _l("The site closes before. Choose a day up to its last one."),
    "day_too_far": _l("This day is more than a year away."),
}
"""Why something is no answer."""
