"""The page of one round: made once for each version and language, served with a fresh sheet id in its one hole.

Source: DESIGN.md 6 (headers: no token in the page); CHILD-UX.md (the four screens before the first question).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from flask import current_app, render_template, url_for
from flask_babel import format_date, format_time
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from youthvoice.places.store import SiteFacts
from youthvoice.surveys.questionnaires import Questionnaire
from youthvoice.surveys.rounds import EXEMPT, RoundFacts
from youthvoice.surveys.screens import Speaker, screens
from youthvoice.web.pressed import Pressed

SHEET_BYTES = 16
_HOLE = "the-number-of-this-sheet"
_MOST_PAGES = 120


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything that the page of a round depends on; two that are equal are the same page.

    Attributes:
        round: which round.
        site: where the tablet is.
        reads: names of the advocates who read letters; empty when there is no letter box.
        language: the child's, in which questions are asked where the questionnaire has it.
        page: the language of everything else.
    """

    round: RoundFacts
    site: SiteFacts
    reads: tuple[str, ...]
    language: str
    page: str

    @property
    def key(self) -> tuple[object, ...]:
        """What the pressed page is kept under."""
        facts = self.round
        fixed = (facts.id, facts.digest, facts.ends_at, facts.decider_name)
        return (*fixed, self.site.id, self.site.version, self.reads, self.language, self.page)


def new_sheet() -> str:
    """A sheet's id as the page holds it: 32 hexadecimal digits."""
    return secrets.token_hex(SHEET_BYTES)


def pressed(asking: Asking, questionnaire: Questionnaire) -> Pressed:
    """The page, rendered when this process sees it for the first time."""
    kept: dict[tuple[object, ...], Pressed] = current_app.extensions.setdefault("youthvoice.asking", {})
    page = kept.get(asking.key)
    if page is None:
        if len(kept) >= _MOST_PAGES:
            kept.clear()
        before, after = render(asking, questionnaire, _HOLE).split(_HOLE)
        page = kept[asking.key] = Pressed.of(before.encode(), after.encode())
    return page


def render(
    asking: Asking,
    questionnaire: Questionnaire,
    sheet: str,
    given: Mapping[str, Sequence[str]] | None = None,
    refused: Mapping[str, str] | None = None,
) -> str:
    """The page of a round; with everything a child already gave when an answer could not be taken.

    Args:
        asking: which page.
        questionnaire: what is asked.
        sheet: the sheet's id.
        given: what was sent, by question.
        refused: why an answer could not be taken, by question.
    """
    facts, site = asking.round, asking.site
    speak = Speaker(asking.page, asking.language, questionnaire.languages[0])
    return render_template(
        "surveys/answer.html",
        title_words=speak.say(facts.title),
        action=url_for("surveys.send", slug=facts.slug),
        thanks_href=url_for("surveys.thanks", slug=facts.slug),
        front_href="/language",
        exit_href="/exit",
        sheet=sheet,
        again=bool(refused),
        words=_before(asking, questionnaire),
        small=not facts.counts,
        letter_box=bool(asking.reads and questionnaire.letter_boxes),
        choice=facts.purpose in EXEMPT,
        safety=any(question.safety for question in questionnaire.questions),
        screens=screens(questionnaire, speak, letter_box=bool(asking.reads), given=given, refused=refused),
        readers=and_in_words(asking.reads),
        hour=format_time(time(site.daily_hour), "short", rebase=False),
    )


def _before(asking: Asking, questionnaire: Questionnaire) -> dict[str, Markup | str]:
    facts, site = asking.round, asking.site
    how_many = sum(question.kind != "say" for question in questionnaire.questions)
    return {
        "why": _why(facts.purpose),
        "how_many": ngettext("%(num)s question.", "%(num)s questions.", how_many),
        "who_answers": _who_answers(facts),
        "look_here": _("Look here on %(day)s.", day=format_date(facts.answer_due, "d MMMM")),
        "must_tell": _must_tell(asking.reads),
        "in_danger": in_danger(site),
    }


def _why(purpose: str) -> str:
    return {
        "awareness": _("We want to know what you learned about your rights."),
        "choice": _("We want to know what you would choose."),
    }.get(purpose, _("We want to know what is good and bad here."))


def _who_answers(facts: RoundFacts) -> Markup:
    name = _named(facts.decider_name)
    if not facts.counts:
        return Markup(_("%(name)s must answer.")) % {"name": name}
    if facts.purpose in EXEMPT:
        return Markup(_("%(name)s sees what won and must answer.")) % {"name": name}
    return Markup(_("%(name)s sees rough totals and must answer.")) % {"name": name}


def _must_tell(reads: Sequence[str]) -> Markup | str:
    if not reads:
        return _("If a child is in danger, adults here must tell others, even if you say no.")
    words = Markup(_("If a child is in danger, %(names)s must tell others, even if you say no."))
    return words % {"names": and_in_words(reads)}


def in_danger(site: SiteFacts) -> Markup:
    """Where to go and whom to call, now; only what the site has."""
    adult, number = _named(site.danger_adult), Markup('<bdi dir="ltr">{}</bdi>').format(site.danger_number)
    if site.danger_adult and site.danger_number:
        return Markup(_("In danger now? Go to %(adult)s, or call %(number)s.")) % {"adult": adult, "number": number}
    if site.danger_number:
        return Markup(_("In danger now? Call %(number)s.")) % {"number": number}
    if site.danger_adult:
        return Markup(_("In danger now? Go to %(adult)s.")) % {"adult": adult}
    return escape(_("In danger now? Go to an adult you trust."))


def and_in_words(names: Sequence[str]) -> Markup:
    """Names one after the other, each keeping its own direction; empty for none."""
    if not names:
        return Markup()
    *most, last = [_named(name) for name in names]
    if not most:
        return last
    return Markup(_("%(names)s and %(last)s")) % {"names": Markup(", ").join(most), "last": last}


def _named(name: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(name)
