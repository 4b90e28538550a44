"""What two adults decide about rounds: that one opens, and how many children a care round invited."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller, require
from youthvoice.accounts import requests
from youthvoice.accounts.requests import Asked, CannotBeDone, Done, Line
from youthvoice.surveys.rounds import labels as page_words
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.opening import form_adapter as opening_page
from youthvoice.surveys.rounds.opening import labels as opening_words
from youthvoice.surveys.rounds.opening.preconditions import NotOpened, open_confirmed, weigh
from youthvoice.surveys.rounds.opening.rules import Opening
from youthvoice.web.i18n import languages


class OpenRound:
    """A round, or the two of a pair."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """What is asked."""
        opening = Opening.from_json(data["opening"])
        asked = store.questionnaire(session, opening.questionnaire_id).title_in(languages.chosen())
        return str(_("Open a round: %(title)s", title=asked))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[Line]:
        """The table that the first adult checked, and what to know."""
        opening = Opening.from_json(data["opening"])
        found = weigh(session, opening, running.keyring().key("people"), running.now())
        lines = [Line(one.label, one.words) for one in opening_page.lines(session, opening)]
        if require().may("questionnaires.see"):
            screens = url_for("questionnaires.one", questionnaire_id=opening.questionnaire_id)
            lines[0] = lines[0]._replace(href=screens)
        return [*lines, *(Line(_("To know"), opening_words.say(one)) for one in found.to_know)]

    def carry_out(self, session: Session, asked: Asked, second: Caller) -> Done:
        """Weighed again, with the days as they are now."""
        first = requests.first_of(session, asked)
        if not first.may("rounds.open"):
            raise CannotBeDone(_("Whoever asked cannot open rounds any more."))
        opening, log = Opening.from_json(asked.data["opening"]), requests.log_of(first)
        try:
            opened = open_confirmed(session, running.keyring(), opening, second.person_id, running.now(), log)
        except NotOpened as error:
            raise CannotBeDone(" ".join(opening_words.say(one) for one in error.refusals)) from None
        return Done(url_for("rounds.one", slug=opened[0].slug), second.may("rounds.see"))


class CareNumber:
    """How many children a care round invited since its last closing."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as Kind
        """What is counted."""
        return str(_("Before a closing"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[Line]:
        """Which round, and the number."""
        facts = store.round_by_slug(session, data["slug"])
        called = page_words.named(facts, languages.chosen()) if facts else data["slug"]
        number = Line(_("Children admitted (or released) since the last closing"), str(data["invited"]))
        return [Line(_("Round"), called), number]

    def carry_out(self, session: Session, asked: Asked, second: Caller) -> Done:
        """Kept with both their names."""
        first, facts = requests.first_of(session, asked), store.round_by_slug(session, asked.data["slug"])
        if facts is None or not first.may("rounds.open"):
            raise CannotBeDone(_("Whoever asked cannot do this any more."))
        try:
            store.set_invited_for_care(session, facts, asked.data["invited"], second.person_id, requests.log_of(first))
        except store.NotNow:
            raise CannotBeDone(_("This round has closed meanwhile.")) from None
        return Done(url_for("rounds.one", slug=facts.slug), second.may("rounds.see"))


KINDS: Final = {"round": OpenRound(), "care": CareNumber()}
