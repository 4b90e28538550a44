"""The form of an answer, and the form of the decision-maker."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, RadioField, SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from youthvoice.accountability import labels, rules
from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_PREFIX = "words_"


class DayField(DateField):
    """A day that may stay empty. A text that is no day is refused with our message, and stays in its box."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the sent text as a day."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(labels.REPLY_REFUSAL_LABELS["not_a_day"]) from None


class AnswerDueForm(FlaskForm):
    """Yes, partly, or no with a reason; and a sentence for children in each of their languages.

    `seen` is the digest of the answer that there was when the form was made; empty where there was none.
    """

    seen = HiddenField()
    kind = RadioField(
        _l("Your answer"),
        validate_choice=False,  # `rules.reply_refusal` checks it, with a message that says why
        validators=[InputRequired(_l("Choose an answer. That you read it is not an answer."))],
    )

    @classmethod
    def for_answer_due(
        cls, answer_due: AnswerDue, reply: Reply | None, languages: Iterable[str], part: str = rules.WHOLE
    ) -> "AnswerDueForm":
        """The form of an answer due, filled with the present answer.

        Args:
            answer_due: what is answered.
            reply: the present answer.
            languages: codes; the first is shown to readers of any other; a task uses only the first.
            part: one of its questions, or the whole.
        """
        site_languages = [code for code in languages if code in LANGUAGES] or ["en"]
        shown_languages = site_languages if answer_due.to_children else site_languages[:1]
        codes = list(dict.fromkeys([*shown_languages, *(reply.words if reply else ())]))
        boxes = {
            _PREFIX + code: TextAreaField(labels.reply_box_label(answer_due, code, alone=len(codes) == 1))
            for code in codes
        }
        if answer_due.to_children:
            boxes["done_by"] = DayField(_l("Done by, or done since"), [Optional()])
        texts: dict[str, object] = {_PREFIX + code: text for code, text in reply.words.items()} if reply else {}
        form_class: type[AnswerDueForm] = type(cls.__name__, (cls,), boxes)
        form = form_class(
            data={
                "seen": reply.digest if reply else "",
                "kind": reply.kind if reply else None,
                "done_by": reply.done_by if reply else None,
                **texts,
            }
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
        """The day by which it is done; None where none was typed, and for a task."""
        box = self._fields.get("done_by")
        return box.data if box else None

    @property
    def said(self) -> dict[str, str]:
        """The sentence by language, as typed."""
        return {code: box.data or "" for code, box in self.boxes}

    def ask_to_compare(self, reply: Reply | None) -> None:
        """Say that there is another answer than the one that was seen; sent again, the form replaces it."""
        self.seen.raw_data = self.seen.data = reply.digest if reply else ""
        self.form_errors = [_l("Somebody else changed this while you were writing. Look at it again, then save yours.")]

    def refuse(self, code: str) -> None:
        """Show why this is no answer, beside the field that is wrong."""
        boxes = [box for _code, box in self.boxes]
        if code in {"letters_wait", "suggestions_wait"}:
            self.form_errors = [labels.REPLY_REFUSAL_LABELS[code]]  # no field of the page can correct it
            return
        if code in {"not_an_answer", "not_yet", "unknown_part"}:
            wrong = [self.kind]
        elif code.startswith("day_"):
            wrong = [self._fields["done_by"]]
        elif code == "too_long":
            wrong = [box for box in boxes if len(box.data or "") > rules.MAX_REPLY_CHARACTERS]
        else:
            wrong = boxes[:1]
        for field in wrong:
            field.errors = [*field.errors, labels.REPLY_REFUSAL_LABELS[code]]


class DecisionMakerForm(FlaskForm):
    """The person who is asked at a site when an owner does not answer in time."""

    person = SelectField(_l("Who decides"), coerce=int, validate_choice=False)

    @classmethod
    def offering(cls, people: Iterable[tuple[int, str]], present_id: int | None) -> "DecisionMakerForm":
        """The form of a site.

        Args:
            people: who may decide there: id and name.
            present_id: the present decision-maker; None without one.
        """
        form = cls(data={"person": present_id or 0})
        form.person.choices = [
            SelectChoice("0", _l("Nobody yet")),
            *(SelectChoice(str(person_id), name) for person_id, name in people),
        ]
        return form

    def validate_person(self, field: Field) -> None:
        """Somebody who works at the site now."""
        if str(field.data) not in {str(choice.value) for choice in field.choices}:
            raise ValidationError(_l("She no longer works here. Choose somebody else."))
