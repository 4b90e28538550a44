"""Forms of everyday choices: what is asked, in pictures and words; when it ends; a yes; asking again."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from youthvoice.surveys.choices import labels as choice_words
from youthvoice.surveys.choices.rules import MOST_OPTIONS, TIES, Row
from youthvoice.surveys.rounds.opening.rules import MOST_INVITED
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_QUESTION, _PICTURE, _WORD = "question_", "picture_", "word_"
PLACES = range(1, MOST_OPTIONS + 1)


class AgainForm(FlaskForm):
    """When a choice ends, who does it by when, how a tie ends."""

    closes = DateField(_l("Which evening does it end?"), validators=[InputRequired(_l("Choose the day."))])
    decider = SelectField(_l("Who does what wins?"), coerce=int)
    due = DateField(_l("By which day is it done?"), validators=[InputRequired(_l("Choose the day."))])
    ties = RadioField(_l("When two are alike"), default=TIES[0])
    invited = IntegerField(
        _l("How many children are here?"),
        validators=[
            InputRequired(_l("Say how many children are here.")),
            NumberRange(0, MOST_INVITED, _l("Write a whole number.")),
        ],
    )

    def offer(self, deciders: Iterable[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.decider.choices = [SelectChoice(person_id, name) for person_id, name in deciders]
        self.ties.choices = [SelectChoice(code, choice_words.ties(code)) for code in TIES]


class ChoiceForm(AgainForm):
    """A whole choice; make it with `asking`, for it has a box in each language of the site."""

    languages: tuple[str, ...] = ()

    @classmethod
    def asking(cls, languages: Iterable[str], filled: Mapping[str, Any]) -> "ChoiceForm":
        """The form for a site.

        Args:
            languages: codes of the site's; the house must know them.
            filled: what stands in it at first, by box.
        """
        known = tuple(code for code in languages if code in LANGUAGES) or ("en",)
        boxes: dict[str, object] = {"languages": known}
        for code in known:
            boxes[_QUESTION + code] = StringField(LANGUAGES[code].name, [Length(max=200)])
        for place in PLACES:
            boxes[f"{_PICTURE}{place}"] = StringField(_l("Picture"), [Length(max=80)])
            boxes |= {f"{_WORD}{place}_{code}": StringField(LANGUAGES[code].name, [Length(max=60)]) for code in known}
        form: ChoiceForm = type(cls.__name__, (cls,), boxes)(data=filled)
        for name, one in form._fields.items():
            code = name.rpartition("_")[2]
            if name.startswith((_QUESTION, _WORD)):
                one.render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def question(self) -> dict[str, str]:
        """What is asked, by language, as typed."""
        return {code: self[_QUESTION + code].data or "" for code in self.languages}

    @property
    def rows(self) -> list[Row]:
        """The pictures with their words, as typed."""
        return [
            Row(
                self[f"{_PICTURE}{place}"].data or "",
                {code: self[f"{_WORD}{place}_{code}"].data or "" for code in self.languages},
            )
            for place in PLACES
        ]

    @property
    def boxes(self) -> list[tuple[int, Field, list[Field]]]:
        """For the page: each place, the box of its picture, and those of its words."""
        return [
            (place, self[f"{_PICTURE}{place}"], [self[f"{_WORD}{place}_{code}"] for code in self.languages])
            for place in PLACES
        ]

    @property
    def questions(self) -> list[Field]:
        """The boxes of the question."""
        return [self[_QUESTION + code] for code in self.languages]


def filled(question: Mapping[str, str], rows: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    """What stands in the boxes for a question and its pictures.

    Args:
        question: by language.
        rows: name of each picture, and its word by language.
    """
    found = {_QUESTION + code: text for code, text in question.items()}
    for place, (picture, words) in enumerate(rows, start=1):
        found[f"{_PICTURE}{place}"] = picture
        found |= {f"{_WORD}{place}_{code}": word for code, word in words.items()}
    return found


class YesForm(FlaskForm):
    """An advocate's yes."""

    again = BooleanField(_l("It may be asked again with other days, for three months, without asking me"))


class DropForm(FlaskForm):
    """Do not ask it."""
