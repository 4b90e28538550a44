"""Words for what is owed, in the language of the page; the rules speak in codes."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice.answers.facts import Given, OwedFacts, Part, Words
from youthvoice.answers.rules import MOST_LETTERS
from youthvoice.web.days import day
from youthvoice.web.languages import LANGUAGES


def in_language(words: Words, language: str) -> str:
    """The words in a language, else in English, else in the first there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def heading(owed: OwedFacts, language: str) -> str:
    """What is owed, in one line."""
    about = in_language(owed.about, language)
    headings = {
        "round": _("Answer the children: %(about)s", about=about),
        "safety": _("Talk with the group: %(about)s", about=about),
        "too_many": _("Too many sheets: %(about)s", about=about),
        "letters": _("First look at the letters"),
    }
    return str(headings.get(owed.kind, about))


def explanation(owed: OwedFacts) -> str:
    """Why it is owed and what to do."""
    if owed.kind == "round":
        return _of_a_round(owed)
    reasons = {
        "safety": _(
            "At least one child in this round answered in a way that says harm. Nobody can know who. Talk with the "
            "whole group and let everyone know where help is. Never ask who it was."
        ),
        "too_many": _(
            "More than a tenth more sheets came than children were invited, so nothing is published. Find out how "
            "that happened: was a tablet left alone, or was the number wrong?"
        ),
        "letters": _("Letters wait for a first look. This is done by itself as soon as every letter was opened."),
    }
    return str(reasons.get(owed.kind, ""))


def _of_a_round(owed: OwedFacts) -> str:
    if not owed.ready:
        return str(_("You can answer as soon as an advocate has approved what the children said."))
    if not owed.parts:
        return str(_("There is no view of this round to read. Tell the children what happens now."))
    return str(_("Say yes, partly, or no and why. Children read your sentence: keep it short and simple."))


def others_heading(owed: OwedFacts, language: str) -> str:
    """What another owes and did not do in time; of a task of the advocates not even the kind."""
    return heading(owed, language) if owed.kind == "round" else str(_("A task of the child advocates"))


def kind(code: str) -> str:
    """An answer's kind."""
    kinds = {"yes": _("Yes"), "partly": _("Partly"), "no_because": _("No, because"), "done": _("Done")}
    return str(kinds[code])


def box(owed: OwedFacts, language: str, *, alone: bool) -> str:
    """What the box for the sentence is called."""
    if owed.kind != "round":
        return str(_("What was done, without a word about any child"))
    if alone:
        return str(_("Your sentence for the children"))
    return str(_("Your sentence for the children, in %(language)s", language=LANGUAGES[language].name))


def empty_box(place: int) -> str:
    """Who reads what where a box is left empty."""
    if place == 0:
        return str(_("Short, friendly words. A child of ten should understand them."))
    return str(_("Left empty, those who chose this language read the first sentence there is above, as it stands."))


def readers(given: Given, offered: Iterable[str]) -> list[tuple[str, str]]:
    """Each language that children can choose, with the one in which they read an answer."""
    named = ((code, given.read_in(code)) for code in dict.fromkeys((*offered, *given.words)))
    return [(LANGUAGES[code].name, LANGUAGES[shown].name) for code, shown in named]


def when(owed: OwedFacts, today: date) -> str:
    """How much time is left, or when it was answered."""
    days = (owed.due - today).days
    if owed.settled_on is not None:
        on = day(owed.settled_on)
        return str(_("late, on %(day)s", day=on) if owed.was_late else on)
    if days < 0:
        return str(ngettext("%(num)s day overdue", "%(num)s days overdue", -days))
    return str(ngettext("%(num)s day left", "%(num)s days left", days) if days else _("due today"))


def refusal(code: str) -> str:
    """Why something is no answer."""
    reasons = {
        "not_an_answer": _("Choose an answer. That you read it is not an answer."),
        "reason_missing": _("Say why not: children have a right to the reason."),
        "words_missing": _("Write a sentence."),
        "too_long": _("Make it shorter: at most %(number)s letters.", number=MOST_LETTERS),
        "unknown_part": _("This question is not part of what was published."),
        "letters_wait": _("A letter still waits. This is done by itself as soon as every letter was opened."),
        "not_yet": _("This cannot be answered yet: the view is not approved."),
    }
    return str(reasons[code])


def kept(owed: OwedFacts) -> str:
    """What is said after an answer was kept."""
    return str(_("Your answer is kept. Children see it on their page.") if owed.kind == "round" else _("It is kept."))


def part(one: Part, language: str) -> str:
    """A published question."""
    return in_language(one.words, language)
