"""The form of an answer: shape and words of errors."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, RadioField, SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from youthvoice.accountability import labels, rules
from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_PREFIX = "words_"


class DayField(DateField):
    """A day that may be left empty; what is no day is refused in words of ours, and stays in its box."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(labels.REPLY_REFUSAL_LABELS["not_a_day"]) from None


class AnswerDueForm(FlaskForm):
    """Yes, partly, or no and why; with a sentence for children in each of their languages."""

    kind = RadioField(
        _l("Your answer"),
        validate_choice=False,  # the rule of what is an answer refuses it, in words that say why
        validators=[InputRequired(_l("Choose an answer. That you read it is not an answer."))],
    )

    @classmethod
    def asking(
        cls, answer_due: AnswerDue, reply: Reply | None, languages: Iterable[str], part: str = rules.WHOLE
    ) -> "AnswerDueForm":
        """The form for something owed, filled with the answer there is.

        Args:
            answer_due: what is answered.
            reply: the answer so far.
            languages: codes, the first one being shown to those whose own is left empty; of a task only that one.
            part: which of its questions; the whole else.
        """
        known = [code for code in languages if code in LANGUAGES] or ["en"]
        asked = known if answer_due.to_children else known[:1]
        codes = list(dict.fromkeys([*asked, *(reply.words if reply else ())]))
        boxes = {
            _PREFIX + code: TextAreaField(labels.reply_box_label(answer_due, code, alone=len(codes) == 1))
            for code in codes
        }
        if answer_due.to_children:
            boxes["done_by"] = DayField(_l("Done by, or done since"), [Optional()])
        texts: dict[str, object] = {_PREFIX + code: text for code, text in reply.words.items()} if reply else {}
        asking: type[AnswerDueForm] = type(cls.__name__, (cls,), boxes)
        form = asking(
            data={"kind": reply.kind if reply else None, "done_by": reply.done_by if reply else None, **texts}
        )
        wording = answer_due.wording(part)
        form.kind.label.text = labels.reply_question_label(wording)
        form.kind.choices = [
            (code, labels.reply_kind_label(code, wording)) for code in rules.reply_kinds(answer_due.kind)
        ]
        for code in codes:
            form[_PREFIX + code].render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def boxes(self) -> list[tuple[str, Field]]:
        """The boxes for the sentence, by language."""
        return [(name.removeprefix(_PREFIX), field) for name, field in self._fields.items() if name.startswith(_PREFIX)]

    @property
    def day(self) -> date | None:
        """The day by which it is done; None where none was typed, and of a task."""
        box = self._fields.get("done_by")
        return box.data if box else None

    @property
    def said(self) -> dict[str, str]:
        """The sentence by language, as typed."""
        return {code: box.data or "" for code, box in self.boxes}

    def refuse(self, code: str) -> None:
        """Show why this is no answer, where it can be put right."""
        boxes = [box for _code, box in self.boxes]
        if code in {"letters_wait", "suggestions_wait"}:
            self.form_errors = [labels.REPLY_REFUSAL_LABELS[code]]  # there is no box on the page to put it right in
            return
        if code in {"not_an_answer", "not_yet", "unknown_part"}:
            wrong = [self.kind]
        elif code.startswith("day_"):
            wrong = [self._fields["done_by"]]
        elif code == "too_long":
            wrong = [box for box in boxes if len(box.data or "") > rules.MAX_REPLY_CHARACTERS]
        else:
            wrong = boxes[:1]
        for one in wrong:
            one.errors = [*one.errors, labels.REPLY_REFUSAL_LABELS[code]]


class DecisionMakerForm(FlaskForm):
    """Who is asked at a site when somebody does not answer in time."""

    person = SelectField(_l("Who decides"), coerce=int, validate_choice=False)

    @classmethod
    def asking(cls, people: Iterable[tuple[int, str]], now: int | None) -> "DecisionMakerForm":
        """The form for a site.

        Args:
            people: who may decide there: row and name.
            now: who does; None for nobody.
        """
        form = cls(data={"person": now or 0})
        form.person.choices = [
            SelectChoice("0", _l("Nobody yet")),
            *(SelectChoice(str(row), name) for row, name in people),
        ]
        return form

    def validate_person(self, field: Field) -> None:
        """One of those who work there now."""
        if str(field.data) not in {str(choice.value) for choice in field.choices}:
            raise ValidationError(_l("She no longer works here. Choose somebody else."))
