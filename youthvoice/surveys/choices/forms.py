"""Forms of everyday choices, and the words of their pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from youthvoice.surveys.choices.rules import MAX_OPTIONS, TIE_RULES, OptionLine
from youthvoice.surveys.rounds.labels import opening_message
from youthvoice.surveys.rounds.rules import MAX_INVITED, RuleRefusal
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag


def choice_kind_label(code: str) -> str:
    """A kind of choice."""
    kinds = {
        "food": _("Food"),
        "activity": _("Free time"),
        "chore": _("Helping"),
        "film": _("Film"),
        "outing": _("Outing"),
    }
    return str(kinds.get(code) or _("Own question"))


def tie_rule_label(code: str) -> str:
    """How a tie ends."""
    rules = {
        "lot": _("A lot is drawn"),
        "both": _("Both are told, and both are done; of three or more a lot is drawn"),
        "first": _("What stands first wins"),
    }
    return str(rules[code])


def choice_refusal_message(refusal: RuleRefusal) -> str:
    """Why a choice cannot be asked."""
    values = dict(refusal.values)
    language = LANGUAGES.get(str(values.get("code", "")))
    values["language"] = language.name if language else ""
    sentence = _sentences().get(refusal.code)
    return sentence % values if sentence else opening_message(refusal)


def _sentences() -> dict[str, str]:
    return {
        "no_question": _("Write what is asked, in one language at least."),
        "question_too_long": _("At most %(most)s words: a child hears it once."),
        "question_missing": _("There are words in %(language)s. Ask the question in it too, or leave them out."),
        "too_few_options": _("Give at least %(least)s pictures to choose from."),
        "picture_missing": _("Choose a picture for this word."),
        "picture_unknown": _("There is no picture “%(said)s”. Look at the shelf."),
        "picture_near": _("There is no picture “%(said)s”. Did you mean “%(near)s”?"),
        "picture_twice": _("This picture stands there already: two alike cannot be told apart."),
        "word_missing": _("The word in %(language)s is missing."),
        "word_too_long": _("At most %(most)s words on a picture."),
        "word_twice": _("This word stands there already."),
        "choice_asks_who": _("This seems to ask who a child is. A choice may not."),
        "choice_asks_abuse": _("This asks whether a child was hurt. A choice may not: that is what Tell is for."),
        "open_already": _("The same question is open here, or waits for an advocate. Wait until it is decided."),
        "too_few_children": _("With fewer than %(least)s children nothing can win. Talk with them instead."),
        "ends_before_start": _("This evening is over. Choose a later day."),
        "second_is_first": _("Somebody else must approve it than whoever prepared it."),
        "not_waiting": _("Somebody else decided about it a moment ago."),
        "too_few_advocates": _(
            "%(site)s has %(number)s advocates who can read. Two are needed before children are asked, and one of them "
            "approves every choice."
        ),
    }


def choice_state_label(code: str) -> tuple[str, str]:
    """Where a choice stands: words and a mark."""
    states = {
        "waits": (_("An advocate looks at it"), "half"),
        "missed": (_("Nobody approved it in time"), "clock"),
        "dropped": (_("Not asked"), "no"),
        "open": (_("Open"), "ring"),
        "counting": (_("Being counted"), "half"),
        "too_few": (_("Too few voted"), "lock"),
        "too_many": (_("More votes than children: not counted"), "lock"),
        "asked": (_("Decided, not done yet"), "clock"),
        "yes": (_("Done"), "full"),
        "partly": (_("Not yet"), "half"),
        "no_because": (_("Not done, and why"), "ring"),
    }
    words, mark = states[code]
    return str(words), mark


_QUESTION, _PICTURE, _WORD = "question_", "picture_", "word_"


OPTION_PLACES = range(1, MAX_OPTIONS + 1)


class RepeatChoiceForm(FlaskForm):
    """When a choice ends, who does it by when, how a tie ends."""

    closes = DateField(_l("Which evening does it end?"), validators=[InputRequired(_l("Choose the day."))])
    decider = SelectField(_l("Who does what wins?"), coerce=int)
    due = DateField(_l("By which day is it done?"), validators=[InputRequired(_l("Choose the day."))])
    ties = RadioField(_l("When two are alike"), default=TIE_RULES[0])
    invited = IntegerField(
        _l("How many children are here?"),
        validators=[
            InputRequired(_l("Say how many children are here.")),
            NumberRange(0, MAX_INVITED, _l("Write a whole number.")),
        ],
    )

    def offer(self, deciders: Iterable[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.decider.choices = [SelectChoice(person_id, name) for person_id, name in deciders]
        self.ties.choices = [SelectChoice(code, tie_rule_label(code)) for code in TIE_RULES]


class ChoiceForm(RepeatChoiceForm):
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
        for place in OPTION_PLACES:
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
    def rows(self) -> list[OptionLine]:
        """The pictures with their words, as typed."""
        return [
            OptionLine(
                self[f"{_PICTURE}{place}"].data or "",
                {code: self[f"{_WORD}{place}_{code}"].data or "" for code in self.languages},
            )
            for place in OPTION_PLACES
        ]

    @property
    def boxes(self) -> list[tuple[int, Field, list[Field]]]:
        """For the page: each place, the box of its picture, and those of its words."""
        return [
            (place, self[f"{_PICTURE}{place}"], [self[f"{_WORD}{place}_{code}"] for code in self.languages])
            for place in OPTION_PLACES
        ]

    @property
    def questions(self) -> list[Field]:
        """The boxes of the question."""
        return [self[_QUESTION + code] for code in self.languages]


def initial_choice_data(question: Mapping[str, str], rows: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, str]:
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


class ApproveChoiceForm(FlaskForm):
    """An advocate's yes."""

    again = BooleanField(_l("It may be asked again with other days, for three months, without asking me"))


class DropChoiceForm(FlaskForm):
    """Do not ask it."""
