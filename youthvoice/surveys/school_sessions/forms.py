"""Forms of school sessions: their options, their fields, their error messages and labels."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice import db
from youthvoice.accounts.store import list_trusted_people
from youthvoice.sites.store import list_site_names
from youthvoice.surveys.models import SchoolSessionRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.labels import round_label
from youthvoice.surveys.rounds.status import waves_of_round
from youthvoice.surveys.rounds.store import find_round, list_rounds
from youthvoice.surveys.school_sessions import store
from youthvoice.web.form_fields import CheckboxesField, ChildrenField
from youthvoice.web.form_page import add_error
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import in_every_language

THEME_LABELS: Final = {
    "safe_adults": _l("Adults one can trust"),
    "bullying": _l("Bullying"),
    "online": _l("Telephones and the internet"),
    "body": _l("My body belongs to me"),
    "work": _l("Children who work"),
    "early_marriage": _l("Early marriage"),
    "going_away": _l("Going away, and promises of work"),
    "papers": _l("Papers"),
    "school": _l("School and the way there"),
    "food": _l("Food"),
    "health": _l("Health"),
    "family": _l("Family"),
    "play": _l("Play and rest"),
    "to_be_heard": _l("Being heard"),
}

SESSION_MESSAGES: Final = {
    "no_permission": _l("Say which permission is on file and who gave it. Without one no session is held."),
    "no_class": _l("Say which class or group."),
    "due_too_early": _l("Choose a day after the session."),
    "due_too_late": _l("Children cannot wait that long: at most %(most)s days after the session."),
    "no_such_round": _l("Choose the round before and the round after of the same questionnaire, or none."),
}
"""Error messages when a session is added."""

ARCHIVE_MESSAGES: Final = {
    "not_filled": _l("The facilitator has not yet recorded how many children took part and what they said."),
    "not_answered": _l("Nobody has said yet what was changed because of it. Without that it cannot be put away."),
}
"""Error messages when a session is archived."""

SESSION_STATES: Final = {
    "coming": (_l("Planned"), "clock"),
    "to_fill": (_l("Waits to be filled in"), "half"),
    "asked": (_l("Waits for an answer"), "clock"),
    "answered": (_l("Answered"), "full"),
    "archived": (_l("Put away"), "lock"),
}
"""The states of a session: label and mark."""

_SENTENCE = "sentence_"

_TOO_LONG = _l("Make it shorter: at most %(number)s letters.", number=store.MAX_SENTENCE_CHARACTERS)

_DAY = InputRequired(_l("Choose the day."))


class SchoolSessionForm(FlaskForm):
    """A session: which school and class, when, with whose permission, and who says what was changed."""

    site = SelectField(_l("Whose children? The site"), coerce=int)
    school = StringField(_l("School"), [Length(max=120, message=_l("At most 120 letters."))])
    class_name = StringField(_l("Class or group"), [Length(max=80, message=_l("At most 80 letters."))])
    day = DateField(_l("Day of the session"), [_DAY])
    permission = StringField(_l("Permission on file"), [Length(max=200, message=_l("At most 200 letters."))])
    held_by = SelectField(_l("Who holds it?"), coerce=int)
    rounds = SelectField(_l("The questions before and after"))
    owner = SelectField(_l("Who says what was changed because of it?"), coerce=int)
    due = DateField(_l("By which day?"), [_DAY])

    def offer(self, site_ids: Collection[int]) -> None:
        """Fill the lists to choose from: the user's sites, adults who work there, rounds about a session."""
        session = db.session()
        self.site.choices = [SelectChoice(*each) for each in list_site_names(session, site_ids).items()]
        adults = [SelectChoice(person.id, person.name) for person in list_trusted_people(session, site_ids)]
        self.held_by.choices = self.owner.choices = adults
        self.rounds.choices = [SelectChoice("", _l("None")), *_round_choices(list_rounds(session, site_ids))]

    def draft(self) -> SchoolSessionRow:
        """The row of a valid form, not stored yet."""
        round_ids = [int(round_id) for round_id in self.rounds.data.split(",") if round_id]
        return SchoolSessionRow(
            site_id=self.site.data,
            school=(self.school.data or "").strip(),
            class_name=(self.class_name.data or "").strip(),
            day=self.day.data,
            permission=(self.permission.data or "").strip(),
            held_by=self.held_by.data,
            before_id=round_ids[0] if round_ids else None,
            after_id=round_ids[1] if len(round_ids) > 1 else None,
            owner_id=self.owner.data,
            due=self.due.data,
        )

    def refuse(self, session_row: SchoolSessionRow) -> bool:
        """Show each broken rule at its field; False where none is broken."""
        rule_refusals = list(store.session_refusals(session_row))
        for refusal in rule_refusals:
            add_error(self, refusal.at, str(SESSION_MESSAGES[refusal.code]) % refusal.values)
        return bool(rule_refusals)


def _round_choices(rounds: Sequence[Round]) -> Iterator[SelectChoice]:
    """Options for the pairs and single rounds about a session, newest first: row ids joined by a comma, and a label."""
    by_pair: dict[str, list[Round]] = {}
    for round_ in reversed(rounds):
        if round_.purpose == "awareness":
            by_pair.setdefault(round_.pair or round_.slug, []).insert(0, round_)
    for waves in by_pair.values():
        title = " + ".join(round_label(round_, languages.chosen()) for round_ in waves)
        yield SelectChoice(_join_ids(waves), f"{title} · {', '.join(round_.slug for round_ in waves)}")


def _join_ids(waves: Sequence[Round]) -> str:
    return ",".join(str(round_.id) for round_ in waves)


def sites_of_round(slug: str, site_ids: Collection[int]) -> set[int]:
    """Those of some sites at which a round was open; none for an unknown one."""
    round_ = find_round(db.session(), slug) if slug else None
    return {*round_.site_ids} & {*site_ids} if round_ else set()


def initial_session_data(slug: str, site_ids: Collection[int]) -> dict[str, object]:
    """Initial values of the form when it is opened from a round."""
    round_ = find_round(db.session(), slug) if slug else None
    if round_ is None or not set(round_.site_ids) & set(site_ids):
        return {}
    rounds = waves_of_round(db.session(), round_)
    return {
        "site": next(site_id for site_id in round_.site_ids if site_id in site_ids),
        "permission": round_.permission,
        "owner": round_.decider_id,
        "due": rounds[-1].answer_due,
        "rounds": _join_ids(rounds),
    }


def name_of_session(session_row: SchoolSessionRow) -> dict[str, str]:
    """The name of a session in answers due, in every language of the pages."""
    at = {"school": session_row.school, "class": session_row.class_name}
    if session_row.school:
        return in_every_language(lambda: _("the session at %(school)s, %(class)s", **at))
    return in_every_language(lambda: _("the session with %(class)s", **at))


class SessionRecordForm(FlaskForm):
    """How many children were present, and which themes they talked about."""

    children = ChildrenField(_l("How many children were there?"), _l("Say how many."), store.MAX_CHILDREN_PRESENT)
    themes = CheckboxesField(_l("What was talked about?"))

    def offer(self) -> None:
        """Fill the list of themes."""
        self.themes.choices = [SelectChoice(code, THEME_LABELS[code]) for code in store.THEMES]


class SessionSentenceForm(FlaskForm):
    """The sentence that children read about a session, as the advocates agreed."""

    languages: tuple[str, ...] = ()

    @classmethod
    def asking(cls, site_languages: Iterable[str], sentence: Mapping[str, str]) -> "SessionSentenceForm":
        """Make the form with a field in each language of the site, filled with the sentence as it is now."""
        codes = tuple(code for code in site_languages if code in languages.LANGUAGES) or ("en",)
        boxes: dict[str, object] = {"languages": codes}
        longest = Length(max=store.MAX_SENTENCE_CHARACTERS, message=_TOO_LONG)
        boxes |= {_SENTENCE + code: TextAreaField(languages.LANGUAGES[code].name, [longest]) for code in codes}
        form: SessionSentenceForm = type(cls.__name__, (cls,), boxes)(
            data={_SENTENCE + code: sentence.get(code) for code in codes}
        )
        for code in codes:
            form[_SENTENCE + code].render_kw = {"lang": languages.tag(code), "dir": languages.direction(code)}
        return form

    @property
    def boxes(self) -> list[Field]:
        """The fields, in the order of the languages."""
        return [self[_SENTENCE + code] for code in self.languages]

    @property
    def sentence(self) -> dict[str, str]:
        """The sentence by language, without empty ones."""
        typed = {code: (self[_SENTENCE + code].data or "").strip() for code in self.languages}
        return {code: text for code, text in typed.items() if text}
