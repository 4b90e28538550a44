"""The five things that an advocate can decide about a suggestion: how each is asked for, and what it does."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.audit.log import Log
from youthvoice.committees.agenda import store as items
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.suggestions.page import readers_of
from youthvoice.committees.suggestions.review import decisions as deciding
from youthvoice.committees.suggestions.review import move_to_report as moving
from youthvoice.committees.suggestions.review.decisions import DecidedAlready, Desk
from youthvoice.committees.suggestions.review.forms import DeclineForm, HoldForm, JoinForm, PublishForm
from youthvoice.committees.suggestions.review.move_to_report import Mover
from youthvoice.committees.suggestions.review.queue import Seen
from youthvoice.threads.ports.reports import CannotGoUp, reports
from youthvoice.threads.suggestions.suggestion import Suggestion
from youthvoice.web.i18n import languages

_JOINS: Final = frozenset({"on_agenda", "discussed", "with_adults", "answered"})

NOT_YET = Mapping[str, Any]
"""What its page shows where something has to be put right first; the form says what."""


class Open(NamedTuple):
    """A suggestion before somebody who has opened it, in a transaction of hers.

    Attributes:
        session: may write.
        caller: who decides.
        log: in her name.
        seen: from outside.
        said: what it says.
    """

    session: Session
    caller: Caller
    log: Log
    seen: Seen
    said: Suggestion

    @property
    def desk(self) -> Desk:
        """Where it is decided."""
        return Desk(self.session, self.log, self.seen, running.today(self.seen.site.time_zone))


class Act(NamedTuple):
    """One thing to decide.

    Attributes:
        asks: its form, as read from the request.
        decides: does it; gives something where it has to be asked once more, None where it was done. Raises
            `DecidedAlready`.
        done: what is said afterwards.
    """

    asks: Callable[[Open], Any]
    decides: Callable[[Open, Any], NOT_YET | None]
    done: Callable[[], str]


def possible(seen: Seen) -> list[str]:
    """What can be decided about it; one that waits already does not wait once more."""
    return [name for name in ACTS if name != "hold" or seen.line.item is None]


def _publish(opened: Open, form: PublishForm) -> NOT_YET | None:
    if form.is_missing_words(opened.said):
        return {}
    if warned := form.warned(*_known_names(opened)):
        return {"warned": warned}
    deciding.publish(opened.desk, form.body)
    return None


def _known_names(opened: Open) -> tuple[list[str], list[str]]:
    """Of representatives in office at the site, and of the adults there."""
    here = [opened.seen.site.id]
    reps = representatives.in_office(opened.session, running.keyring(), here, opened.desk.today)
    return representatives.names(reps), [person.name for person in people.people_of(opened.session, here)]


def _joinable(opened: Open) -> JoinForm:
    found = items.on(opened.session, running.keyring(), [opened.seen.line.committee.id], _JOINS)
    return JoinForm.offering([one for one in found if not one.body.alone], languages.chosen())


def _join(opened: Open, form: JoinForm) -> None:
    item = items.find(opened.session, running.keyring(), bytes.fromhex(form.item.data))
    if item is None:
        raise DecidedAlready
    deciding.join(opened.desk, item)


def _hold(opened: Open, form: HoldForm) -> NOT_YET | None:
    if form.is_out_of_bounds(opened.desk.today):
        return {}
    deciding.hold(opened.desk, form.held)
    return None


def _move(opened: Open, form: Any) -> NOT_YET | None:
    mover = Mover(opened.session, opened.log, opened.caller, form)
    try:
        moving.move_suggestion(mover, opened.desk, opened.said)
    except CannotGoUp:
        return {}
    return None


def _decline(opened: Open, form: DeclineForm) -> None:
    deciding.decline(opened.desk, form.why.data)


ACTS: Final[Mapping[str, Act]] = {
    "publish": Act(
        lambda opened: PublishForm.asking(opened.said, opened.seen.site.languages),
        _publish,
        lambda: str(_("It is on the agenda.")),
    ),
    "join": Act(_joinable, _join, lambda: str(_("It counts as one more “me too”."))),
    "hold": Act(
        lambda opened: HoldForm.offering(readers_of(opened.seen.line.committee), opened.desk.today),
        _hold,
        lambda: str(_("It waits, and the agenda says why and until when.")),
    ),
    "move": Act(
        lambda opened: reports().asking(opened.seen.site),
        _move,
        lambda: str(_("It is a report now, and its clocks run. The agenda says who answers.")),
    ),
    "decline": Act(lambda _opened: DeclineForm.offering(), _decline, lambda: str(_("The agenda says why."))),
}
