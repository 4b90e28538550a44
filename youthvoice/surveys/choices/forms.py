"""Forms of everyday choices: their initial values and their fields."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from youthvoice import context, db
from youthvoice.accounts.store import list_trusted_people
from youthvoice.sites.store import Site
from youthvoice.surveys.choices import rules, store
from youthvoice.surveys.choices.labels import TIE_RULE_LABELS, choice_refusal_message
from youthvoice.surveys.models import ChoiceRow
from youthvoice.surveys.questionnaires.picture_library import picture_name, read_picture
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import load_starter
from youthvoice.surveys.rounds.rules import MAX_INVITED, RuleRefusal
from youthvoice.web.form_fields import ChildrenField
from youthvoice.web.form_page import add_error
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

READY_KINDS: Final = ("food", "activity", "chore", "film", "outing")

OWN_KIND: Final = "own"  # the site's own question


def load_ready_choice(kind: str, languages: Iterable[str] = ()) -> Questionnaire:
    """Load the ready-made choice of a kind, in these languages as well.

    Raises:
        KeyError: there is no such kind.
    """
    if kind not in READY_KINDS:
        raise KeyError(kind)
    return load_starter(f"choice-{kind}", frozenset(languages))


def picture_of_kind(kind: str) -> str:
    """The picture of a kind; a ballot box for the site's own question."""
    return load_ready_choice(kind).questions[0].picture or "" if kind in READY_KINDS else "1F5F3"


def choice_kinds() -> tuple[str, ...]:
    """All kinds of choices, the site's own question last."""
    return (*READY_KINDS, OWN_KIND)


_QUESTION, _PICTURE, _WORD = "question_", "picture_", "word_"

OPTION_PLACES = range(1, rules.MAX_OPTIONS + 1)


class RepeatChoiceForm(FlaskForm):
    """When a choice ends, who carries out the result by when, and how a tie ends."""

    closes = DateField(_l("Which evening does it end?"), validators=[InputRequired(_l("Choose the day."))])
    decider = SelectField(_l("Who does what wins?"), coerce=int)
    due = DateField(_l("By which day is it done?"), validators=[InputRequired(_l("Choose the day."))])
    ties = RadioField(_l("When two are alike"), default=rules.TIE_RULES[0])
    invited = ChildrenField(
        _l("How many children are here?"), _l("Say how many children are here."), MAX_INVITED, least=0
    )

    def offer(self, site_id: int) -> None:
        """Fill the lists to choose from; every adult of the site with an account can be the decider."""
        adults = list_trusted_people(db.session(), [site_id])
        self.decider.choices = [SelectChoice(person.id, person.name) for person in adults]
        self.ties.choices = [SelectChoice(code, TIE_RULE_LABELS[code]) for code in rules.TIE_RULES]

    def plan(self, site: Site) -> ChoiceRow:
        """The row of a valid form, not stored yet."""
        return store.plan_choice(
            site,
            self.closes.data,
            decider_id=self.decider.data,
            answer_due=self.due.data,
            invited=self.invited.data,
            ties=self.ties.data,
        )

    def refuse(self, refusals: Iterable[RuleRefusal]) -> None:
        """Show each refusal at its field."""
        for refusal in refusals:
            add_error(self, refusal.at, choice_refusal_message(refusal))


class ChoiceForm(RepeatChoiceForm):
    """A whole choice, with fields in each language of the site; make it with `asking`."""

    languages: tuple[str, ...] = ()

    @classmethod
    def asking(cls, languages: Iterable[str], initial_values: Mapping[str, Any]) -> "ChoiceForm":
        """Make the form for a site.

        Args:
            languages: codes of the site's languages; unknown ones are ignored.
            initial_values: by field.
        """
        codes = tuple(code for code in languages if code in LANGUAGES) or ("en",)
        boxes: dict[str, object] = {"languages": codes}
        for code in codes:
            boxes[_QUESTION + code] = StringField(LANGUAGES[code].name, [Length(max=200)])
        for place in OPTION_PLACES:
            boxes[f"{_PICTURE}{place}"] = StringField(_l("Picture"), [Length(max=80)])
            boxes |= {f"{_WORD}{place}_{code}": StringField(LANGUAGES[code].name, [Length(max=60)]) for code in codes}
        form: ChoiceForm = type(cls.__name__, (cls,), boxes)(data=initial_values)
        for name, field in form._fields.items():
            code = name.rpartition("_")[2]
            if name.startswith((_QUESTION, _WORD)):
                field.render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def question(self) -> dict[str, str]:
        """The question as typed, by language."""
        return {code: self[_QUESTION + code].data or "" for code in self.languages}

    @property
    def rows(self) -> list[rules.OptionLine]:
        """The pictures with their labels, as typed."""
        return [
            rules.OptionLine(
                read_picture(self[f"{_PICTURE}{place}"].data),
                {code: self[f"{_WORD}{place}_{code}"].data or "" for code in self.languages},
            )
            for place in OPTION_PLACES
        ]

    @property
    def boxes(self) -> list[tuple[int, Field, list[Field]]]:
        """For the page: each position with the field of its picture and the fields of its labels."""
        return [
            (place, self[f"{_PICTURE}{place}"], [self[f"{_WORD}{place}_{code}"] for code in self.languages])
            for place in OPTION_PLACES
        ]

    @property
    def questions(self) -> list[Field]:
        """The fields of the question."""
        return [self[_QUESTION + code] for code in self.languages]


LISTED_TIME = timedelta(days=92)
"""How far back the list of choices goes."""


def new_choice_form(kind: str, site: Site, person_id: int) -> ChoiceForm:
    """The form of a new choice, filled with the ready-made texts of its kind."""
    form = ChoiceForm.asking(site.languages, _ready_values(kind, site.languages) | _usual_values(site, person_id))
    form.offer(site.id)
    return form


def _ready_values(kind: str, languages: Iterable[str]) -> dict[str, Any]:
    """Initial values from the ready-made question and its pictures."""
    if kind == OWN_KIND:
        return {}
    question = load_ready_choice(kind, languages).questions[0]
    texts = {_QUESTION + code: text for code, text in question.text.items()}
    for place, option in enumerate(question.options, start=1):
        texts[f"{_PICTURE}{place}"] = picture_name(option.picture or "")
        texts |= {f"{_WORD}{place}_{code}": word for code, word in option.text.items()}
    return texts


def _usual_values(site: Site, person_id: int) -> dict[str, Any]:
    """Usual values: this evening, done by the user until the next day, as many children as last time."""
    evening = rules.next_evening(context.now(), site.daily_hour, site.time_zone)
    before = store.list_choices(db.session(), [site.id], context.now() - LISTED_TIME)
    return {
        "closes": evening,
        "due": evening + timedelta(days=1),
        "decider": person_id,
        "ties": rules.TIE_RULES[0],
        "invited": before[0].row.invited if before else None,
    }


def repeat_choice_form(choice: store.Choice, site: Site) -> RepeatChoiceForm:
    """The form to repeat a choice this evening, with the values of last time."""
    as_before = {"ties": choice.row.ties, "invited": choice.row.invited}
    form = RepeatChoiceForm(data=_usual_values(site, choice.row.decider_id) | as_before)
    form.offer(site.id)
    return form


def check_choice_form(form: ChoiceForm, kind: str, site: Site) -> tuple[Questionnaire | None, list[RuleRefusal]]:
    """The questionnaire of a form that passes all rules, else None and every refusal."""
    title = load_ready_choice(kind, site.languages).title if kind != OWN_KIND else None
    proposal = rules.ChoiceProposal(kind, form.question, form.rows, picture_of_kind(kind), title)
    if rule_refusals := list(rules.proposal_refusals(proposal)):
        return None, rule_refusals
    questionnaire = rules.make_choice_questionnaire(proposal, site.id, site.checked_languages)
    return questionnaire, store.check_new_choice(db.session(), form.plan(site), questionnaire)


class ApproveChoiceForm(FlaskForm):
    """An advocate's approval."""

    again = BooleanField(_l("It may be asked again with other days, for three months, without asking me"))
