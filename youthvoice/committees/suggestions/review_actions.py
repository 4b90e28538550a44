"""The five decisions of an advocate about a suggestion: form and effect of each."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Self

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.accounts.people.person_names import names_ever
from youthvoice.accounts.store import Reader, list_people
from youthvoice.committees.agenda import entities, labels
from youthvoice.committees.agenda.store import find_item, list_items
from youthvoice.committees.representatives.store import list_in_office, list_nicknames
from youthvoice.committees.suggestions import review, rules
from youthvoice.committees.suggestions.page import suggestion_readers
from youthvoice.errors import ConcurrentUpdate
from youthvoice.sites.last_day import coming_last_day
from youthvoice.threads import content_check
from youthvoice.threads.letters.letter_box import Suggestion
from youthvoice.threads.thread_ports import ReferralRefused, reports
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_PREFIX: Final = "words_"

_SHORT: Final = Length(max=entities.MAX_ITEM_CHARACTERS, message=_l("Make it shorter: at most %(max)d letters."))


class PublishSuggestionForm(FlaskForm):
    """The text as it will be on the agenda, in the languages of the site, and the pictures."""

    topic = RadioField(_l("What is it about?"), [InputRequired(_l("Choose what it is about."))])
    wish = RadioField(_l("What should happen?"))
    picture = SelectField(_l("Which picture shows it?"), default="")
    as_it_stands = BooleanField(_l("It names nobody and is not about one child. Put it on the agenda unchanged."))

    @classmethod
    def asking(cls, suggestion: Suggestion, languages: Iterable[str]) -> Self:
        """The form, filled with the child's suggestion.

        Args:
            suggestion: decrypted.
            languages: of the site.
        """
        codes = list(dict.fromkeys([suggestion.language, *languages]))
        boxes = {_PREFIX + code: TextAreaField(LANGUAGES[code].name, [_SHORT]) for code in codes if code in LANGUAGES}
        form_class: type[Self] = type(cls.__name__, (cls,), boxes)
        own_text: dict[str, Any] = {_PREFIX + suggestion.language: suggestion.words}
        form = form_class(data={"topic": suggestion.topic or None, "wish": suggestion.wish, **own_text})
        form.topic.choices = [SelectChoice(code, labels.TOPIC_LABELS[code]) for code in entities.TOPICS]
        nothing = SelectChoice("", _l("The child did not say"))
        form.wish.choices = [*(SelectChoice(code, labels.WISH_LABELS[code]) for code in entities.WISHES), nothing]
        picture_choices = [SelectChoice(code, words) for code, words in labels.ITEM_PICTURES.items()]
        form.picture.choices = [SelectChoice("", _l("The one of what it is about")), *picture_choices]
        for code, box in form.boxes:
            box.render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def boxes(self) -> list[tuple[str, Field]]:
        """The text fields, by language."""
        return [(name.removeprefix(_PREFIX), field) for name, field in self._fields.items() if name.startswith(_PREFIX)]

    @property
    def texts(self) -> dict[str, str]:
        """The texts by language, with uniform line ends and no spaces around them."""
        typed = {code: (box.data or "").replace("\r\n", "\n").strip() for code, box in self.boxes}
        return {code: text for code, text in typed.items() if text}

    @property
    def body(self) -> entities.ItemBody:
        """The content of the new item."""
        return entities.ItemBody(
            self.topic.data, wish=self.wish.data or "", words=self.texts, picture=self.picture.data or ""
        )

    def find_notices(self, nicknames: Collection[str], adults: Collection[str]) -> list[content_check.ContentNotice]:
        """Notices that the text may be about one person, unless the advocate has confirmed it."""
        return [] if self.as_it_stands.data else content_check.find_notices(self.texts.values(), nicknames, adults)

    def is_missing_words(self, suggestion: Suggestion) -> bool:
        """Whether the child's text or voice would be lost; then the first field is refused. Pictures need no text."""
        if self.texts or not (suggestion.words or suggestion.voice):
            return False
        words = (
            _("Write down what the child says: a voice tells who she is, so it is never published.")
            if suggestion.voice
            else _("Write the words in one language at least.")
        )
        first = self.boxes[0][1]
        first.errors = [*first.errors, words]
        return True


class JoinItemForm(FlaskForm):
    """The item that says the same."""

    item = RadioField(_l("Which item says the same?"), [InputRequired(_l("Choose an item."))])

    @classmethod
    def offering(cls, items: Sequence[entities.AgendaItem], language: str) -> Self:
        """The form with the items of the agenda."""
        form = cls()
        form.item.choices = [SelectChoice(item.subject, labels.title(item, language)) for item in items]
        return form


class HoldSuggestionForm(FlaskForm):
    """Why it is on hold, who decides, and by when; the agenda shows all three."""

    why = RadioField(_l("Why does it wait?"), [InputRequired(_l("Say why."))])
    by = RadioField(_l("Who decides?"), [InputRequired(_l("Choose who decides."))], coerce=int)
    until = DateField(_l("By which day?"), [InputRequired(_l("Choose the day."))])

    @classmethod
    def offering(cls, people: Iterable[Reader], today: date) -> Self:
        """The form with everybody who can decide."""
        form = cls(data={"until": today + timedelta(days=rules.USUAL_HOLD_DAYS)})
        form.why.choices = [SelectChoice(code, words) for code, words in hold_reasons().items()]
        form.by.choices = [SelectChoice(str(reader.person_id), reader.name) for reader in people]
        return form

    def is_out_of_bounds(self, today: date, last_day: date | None) -> bool:
        """Whether the day is too late or past; then its field is refused."""
        if rules.may_hold_until(self.until.data, today, last_day):
            return False
        why = _("Choose a day within two weeks: children read it on their agenda.")
        if rules.may_hold_until(self.until.data, today):
            why = _("The site closes before. Choose a day up to its last one.")
        self.until.errors = [*self.until.errors, why]
        return True

    @property
    def held_suggestion(self) -> entities.HeldSuggestion:
        """The values of the form."""
        return entities.HeldSuggestion(self.why.data, self.by.data, self.until.data)


class DeclineSuggestionForm(FlaskForm):
    """Why it is not on the agenda; children read it."""

    why = RadioField(_l("Why is it not on the agenda?"), [InputRequired(_l("Choose why. Children read it."))])

    @classmethod
    def offering(cls) -> Self:
        """The form with its reasons."""
        form = cls()
        form.why.choices = [SelectChoice(code, words) for code, words in decline_reasons().items()]
        return form


def hold_reasons() -> Mapping[str, str]:
    """The reasons for a hold, as the agenda shows them."""
    return {code: str(labels.HOLD_LABELS[code]) for code in entities.HOLD_REASONS}


def decline_reasons() -> Mapping[str, str]:
    """The reasons to decline, as the agenda shows them; that the item exists already is a decision of its own."""
    return {code: str(labels.DECLINE_LABELS[code]) for code in entities.DECLINE_REASONS if code != "there_already"}


NotYet = Mapping[str, Any]
"""Template values of a page that shows its form again, because something must be corrected first."""


class ReviewAction(NamedTuple):
    """One decision.

    Attributes:
        asks: makes its form from the request.
        decides: applies it; returns template values if the form must be shown again, or None if it was applied. Raises
            `ConcurrentUpdate`.
        done: the message afterwards.
    """

    asks: Callable[[review.ReviewSession], Any]
    decides: Callable[[review.ReviewSession, Any], NotYet | None]
    done: Callable[[], str]


def available_actions(suggestion: review.PendingSuggestion) -> list[str]:
    """The possible decisions about a suggestion; one on hold cannot be put on hold again."""
    return [name for name in REVIEW_ACTIONS if name != "hold" or suggestion.line.item is None]


def _publish(review_session: review.ReviewSession, form: PublishSuggestionForm) -> NotYet | None:
    if form.is_missing_words(review_session.suggestion):
        return {}
    if notices := form.find_notices(*_known_names(review_session)):
        return {"warned": notices}
    review.publish(review_session, form.body)
    return None


def _known_names(review_session: review.ReviewSession) -> tuple[list[str], list[str]]:
    """Nicknames of representatives in office, and names of adults, at the site."""
    session, site_ids = review_session.session, [review_session.pending.site.id]
    representatives = list_in_office(session, site_ids, review_session.today)
    return list_nicknames(representatives), names_ever(session, list_people(session, site_ids))


def _make_join_form(review_session: review.ReviewSession) -> JoinItemForm:
    agenda_items = list_items(review_session.session, [review_session.pending.line.committee.id], rules.JOINABLE_STATES)
    return JoinItemForm.offering([item for item in agenda_items if not item.body.alone], languages.chosen())


def _join(review_session: review.ReviewSession, form: JoinItemForm) -> None:
    item = find_item(review_session.session, bytes.fromhex(form.item.data))
    if item is None:
        raise ConcurrentUpdate
    review.join(review_session, item)


def _hold(review_session: review.ReviewSession, form: HoldSuggestionForm) -> NotYet | None:
    last_day = coming_last_day(review_session.pending.site, review_session.today)
    if form.is_out_of_bounds(review_session.today, last_day):
        return {}
    review.hold(review_session, form.held_suggestion)
    return None


def _move(review_session: review.ReviewSession, form: Any) -> NotYet | None:
    try:
        review.refer_suggestion(review_session, form)
    except ReferralRefused:
        return {}
    return None


def _decline(review_session: review.ReviewSession, form: DeclineSuggestionForm) -> None:
    review.decline(review_session, form.why.data)


REVIEW_ACTIONS: Final[Mapping[str, ReviewAction]] = {
    "publish": ReviewAction(
        lambda session: PublishSuggestionForm.asking(session.suggestion, session.pending.site.languages),
        _publish,
        lambda: str(_("It is on the agenda.")),
    ),
    "join": ReviewAction(_make_join_form, _join, lambda: str(_("It counts as one more “me too”."))),
    "hold": ReviewAction(
        lambda session: HoldSuggestionForm.offering(suggestion_readers(session.pending.line.committee), session.today),
        _hold,
        lambda: str(_("It waits, and the agenda says why and until when.")),
    ),
    "move": ReviewAction(
        lambda session: reports().asking(session.pending.site),
        _move,
        lambda: str(_("It is now a report, and its deadlines have started. The agenda says who answers.")),
    ),
    "decline": ReviewAction(
        lambda _session: DeclineSuggestionForm.offering(), _decline, lambda: str(_("The agenda says why."))
    ),
}
