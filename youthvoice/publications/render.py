"""Renders a frozen view: what a page, a letter, the board or an export shows."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from youthvoice.privacy.disclosure.bands import FULL_CATEGORIES
from youthvoice.publications import labels
from youthvoice.publications.band_lines import GOOD_SIDE, BandLine
from youthvoice.publications.snapshot import Frozen, tables_of
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, SMALL_CHILDREN
from youthvoice.surveys.rounds.labels import part_labels
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.i18n.languages import TRANSLATED
from youthvoice.web.i18n.spreadsheet_cells import harmless_cell

Bar = tuple[str, str, str, int, int, int]  # label, words, numbers, low, high, total


@dataclass(frozen=True, slots=True)
class RenderedFinding:
    """One question of a rendered view.

    Attributes:
        name: of the question.
        sentence: the first thing that is read.
        picture: OpenMoji code, or empty.
        bars: one for each line.
        beads: low, high, total and words for ten beads, of the first line; empty if the question has many.
        mark: the icon of a change: `more`, `fewer`, `no-change` or empty.
        changed: the words for the change.
        question_text: the text of the question.
        change_sentence: the change as a sentence of its own, if it is more or fewer.
        is_hidden: whether its ranges are too wide to show a change.
        none_stands_out: whether it has many answers, each given by few.
    """

    name: str
    sentence: str
    picture: str
    bars: tuple[Bar, ...]
    beads: tuple[int, int, int, str] | tuple[()]
    mark: str
    changed: str
    none_stands_out: bool = False
    question_text: str = ""
    change_sentence: str = ""
    is_hidden: bool = False

    def bars_below_sentence(self, bars: Sequence[Bar]) -> Sequence[Bar]:
        """Some of its bars as shown below its sentence, without words that the sentence already contains."""
        if not self.says_all(bars):
            return bars
        ((label, _words, _numbers, low, high, total),) = bars
        return ((label, "", "", low, high, total),)

    def says_all(self, bars: Sequence[Bar]) -> bool:
        """Whether the sentence contains the word and the numbers of all these bars."""
        return bool(self.beads) and len(bars) == 1


@dataclass(frozen=True, slots=True)
class RenderedView:
    """A whole rendered view; the leading finding comes first.

    Attributes:
        unknown: sentences about what is not known; shown once, after all findings.
        hidden: the questions whose ranges are too wide to show a change; listed once, after all findings.
        unsaid: questions with too few answers; of a choice, options with too few votes.
        won: question, winner, picture.
    """

    title: str
    is_choice: bool
    sites: str
    answered: str
    findings: tuple[RenderedFinding, ...]
    unknown: tuple[str, ...]
    unsaid: tuple[str, ...]
    won: tuple[tuple[str, str, str], ...]
    due: str
    split_note: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The first sentence: a change, else the first finding, else the title."""
        first = self.findings[0] if self.findings else None
        if first is None or not (first.change_sentence or first.beads):
            return self.title
        return first.change_sentence or first.sentence

    @property
    def says_first(self) -> bool:
        """Whether the headline is the sentence of the first finding, which then need not repeat it."""
        return bool(self.findings) and self.headline == self.findings[0].sentence


def languages_of_view(frozen: Frozen) -> tuple[str, ...]:
    """The languages in which a view can be read: those of the questionnaire that pages support."""
    return tuple(code for code in TRANSLATED if code in frozen["languages"]) or TRANSLATED[:1]


def best_language(frozen: Frozen, language: str) -> str:
    """This language if the view can be read in it, else the first language that it has."""
    offered = languages_of_view(frozen)
    return language if language in offered else offered[0]


def render_view(frozen: Frozen, language: str, answered: Collection[str] = ()) -> RenderedView:
    """Render a frozen view in a language, which must be the present gettext language.

    Questions with beads come first; among them changes, then answered questions, then what most say. Only frozen values
    and adults' answers decide the order.

    Args:
        frozen: as it was written.
        language: one of `languages_of_view`.
        answered: names of the questions that adults have answered.

    Raises:
        ValueError: it contains something that could not have been published.
    """
    list(tables_of(frozen))  # reading each table checks that `privacy.disclosure` can have made it
    renderer = _ViewRenderer(frozen, language)
    findings = [renderer.finding(question) for question in frozen["questions"]]
    return RenderedView(
        title=renderer.text(frozen["title"]),
        is_choice=frozen["purpose"] == "choice",
        sites=join_list(frozen["sites"]),
        answered=renderer.answered(),
        findings=tuple(sorted(findings, key=lambda finding: _sort_key(finding, answered))),  # stable
        unknown=unknown_sentences(frozen, findings),
        hidden=tuple(finding.question_text for finding in findings if finding.is_hidden),
        unsaid=tuple(renderer.text(question["text"]) for question in frozen["unsaid"]),
        won=tuple(
            (renderer.text(won["text"]), renderer.text(won["winner"]), won["winner_picture"] or won["picture"] or "")
            for won in frozen["won"]
        ),
        due=labels.frozen_day_label(frozen["answer_due"]),
        split_note=renderer.split_note(),
    )


def mark_language(view: RenderedView, language: str) -> RenderedView:
    """The same view for a page in another language: each of its sentences says in which one it is."""

    def marked(words: str) -> str:
        tag, direction = languages.tag(language), languages.direction(language)
        return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, direction, words) if words else words

    findings = tuple(
        replace(
            finding,
            sentence=marked(finding.sentence),
            bars=tuple((marked(bar[0]), marked(bar[1]), *bar[2:]) for bar in finding.bars),
            changed=marked(finding.changed),
            question_text=marked(finding.question_text),
            change_sentence=marked(finding.change_sentence),
        )
        for finding in view.findings
    )
    return replace(view, answered=marked(view.answered), findings=findings)


def unknown_sentences(frozen: Frozen, findings: Sequence[RenderedFinding]) -> tuple[str, ...]:
    """What the findings of a view leave open, said once for all of them."""
    sentences = [str(_("We do not know how the children feel who did not answer."))] if findings else []
    if findings and frozen.get("ages") == SMALL_CHILDREN:  # a view of an earlier version has no ages
        sentences.append(str(_("These children are 4 to 6: an adult sat with each, and saw the answers.")))
    if any(finding.mark == "no-change" for finding in findings) and frozen["n"] < FULL_CATEGORIES:
        sentences.append(str(_("With so few children a change of one or two may be chance.")))
    return tuple(sentences)


@dataclass(frozen=True, slots=True)
class _ViewRenderer:
    frozen: Frozen
    language: str

    def text(self, text: Mapping[str, str]) -> str:
        """A frozen text in the language of the page."""
        return labels.frozen_words(text, self.language, self.frozen["languages"])

    def answered(self) -> str:
        """How many children answered, and when."""
        when = labels.frozen_days_label(self.frozen["first_day"], self.frozen["last_day"])
        if self.frozen["n"] is None:
            return when
        if self.frozen["linked"]:
            before = labels.frozen_days_label(self.frozen["before"]["first_day"], self.frozen["before"]["last_day"])
            values = {"n": self.frozen["n"], "before": before, "days": when}
            return str(_("%(n)s children answered both times: %(before)s, and %(days)s.", **values))
        return str(_("%(n)s children answered, %(days)s.", n=self.frozen["n"], days=when))

    def parts(self) -> dict[str, str]:
        """The names of the parts of a split, by their keys."""
        parts = (self.frozen["split"] or {"parts": []})["parts"]
        names = part_labels([part["text"] for part in parts], self.language)
        return {part["key"]: name for part, name in zip(parts, names, strict=True)}

    def split_note(self) -> str:
        """How the view is split and its rule; empty for a whole view."""
        split = self.frozen["split"]
        return labels.split_note(split["by"], list(self.parts().values())) if split else ""

    def _finding_in_parts(self, question: Mapping[str, Any]) -> RenderedFinding:
        """A question in parts, without beads or numbers: words alone, and no word for all parts together."""
        lines: Sequence[Mapping[str, Any]] = question["parts"]
        whole = not lines[0]["key"]
        heading = labels.how_many_sentence(self._says(question, GOOD_SIDE)) if whole else self.text(question["text"])
        return RenderedFinding(
            name=question["name"],
            sentence=heading,
            picture=question["picture"] or "",
            bars=tuple(self._bars_of_parts(question, lines)),
            beads=(),
            **self._change(lines, lambda line: self._part_name(question, line)),
            none_stands_out=not whole and all(line["code"] == "few" and not line["before"] for line in lines),
            question_text=self.text(question["text"]),
        )

    def _bars_of_parts(self, question: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Iterator[Bar]:
        """The bars of a question in parts."""
        for line in lines:
            name = self._part_name(question, line)
            for when, code in ((_("Now"), line["code"]), (_("Before"), line["before"])):
                if code:
                    label = f"{name}, {when}" if line["before"] else name
                    yield (label, labels.part_word_label(code), *labels.part_share(code))

    def _part_name(self, question: Mapping[str, Any], line: Mapping[str, Any]) -> str:
        name = self.parts()[line["part"]]
        return f"{self._label(question, line)} · {name}" if line["key"] else name

    def _label(self, question: Mapping[str, Any], line: Mapping[str, Any]) -> str:
        return labels.line_label(question, line["key"], self.language, self.frozen["languages"])

    def _change(self, lines: Sequence[Mapping[str, Any]], name: Callable[[Mapping[str, Any]], str]) -> dict[str, Any]:
        """The change of a question: of the good side alone, or of those lines about which something can be said."""
        is_one = len(lines) == 1 or lines[0]["key"] == GOOD_SIDE
        compared = lines[:1] if is_one else lines
        changed = [line for line in compared if line["change"] in labels.CHANGE_LABELS and not _is_silence(line)]
        change_marks = {labels.CHANGE_LABELS[line["change"]][0] for line in changed}
        words = [str(labels.CHANGE_LABELS[line["change"]][1]) for line in changed]
        if not is_one:
            words = [f"{name(line)}: {text}" for line, text in zip(changed, words, strict=True)]
        are_too_wide = [line["change"] == "too_wide" for line in compared if line["change"]]
        return {
            "mark": change_marks.pop() if len(change_marks) == 1 else "",
            "changed": " · ".join(words),
            "is_hidden": bool(are_too_wide) and all(are_too_wide),
        }

    def finding(self, question: Mapping[str, Any]) -> RenderedFinding:
        """One question, whole or in parts."""
        if question.get("parts"):
            return self._finding_in_parts(question)
        lines: Sequence[BandLine] = question["lines"]
        line = lines[0] if lines[0]["key"] == GOOD_SIDE else None
        to_children = self.frozen["audience"] == "children"
        says = self._says(question, GOOD_SIDE) if line else ""
        return RenderedFinding(
            name=question["name"],
            sentence=self._sentence(question, line) if line else self.text(question["text"]),
            picture=question["picture"] or "",
            bars=tuple(self._bars(question, lines)),
            beads=_beads(line) if line else (),
            **self._change(lines, lambda line: self._label(question, line)),
            none_stands_out=len(lines) > 1 and all(_is_few(line) for line in lines if not _is_silence(line)),
            question_text=self.text(question["text"]),
            change_sentence=labels.change_sentence(line["change"], says, to_children=to_children) if line else "",
        )

    def _sentence(self, question: Mapping[str, Any], line: BandLine) -> str:
        """The sentence of a line, for the audience of the view."""
        to_children = self.frozen["audience"] == "children"
        says = self._says(question, line["key"])
        return labels.child_band_sentence(line, says) if to_children else labels.band_sentence(line, says)

    def _says(self, question: Mapping[str, Any], key: str) -> str:
        """The predicate of a question, such as `say the food is good`."""
        return self.text(question["says"]) if question["says"] else self._quoted(question, key)

    def _quoted(self, question: Mapping[str, Any], key: str) -> str:
        """The question and the answer word for word, which is right in every language and for every question."""
        text = self.text(question["text"])
        if question["as"] == "right":
            return labels.right_answer_sentence(text)
        return labels.option_sentence(text, labels.line_label(question, key, self.language, self.frozen["languages"]))

    def _bars(self, question: Mapping[str, Any], lines: Sequence[BandLine]) -> Iterator[Bar]:
        """The bars of a whole question, with those of the wave before; in one wave, of the question about before."""
        is_one_wave = self.frozen["before"] is None
        now = str(_("Now")) if is_one_wave else labels.frozen_day_label(self.frozen["last_day"])
        before = str(_("Before")) if is_one_wave else labels.frozen_day_label(self.frozen["before"]["last_day"])
        for line in lines:
            if line["key"] == DID_NOT_SAY and self.frozen["audience"] == "children":
                continue  # children are not shown who did not say
            name = labels.line_label(question, line["key"], self.language, self.frozen["languages"])
            if line["before"] is None:
                yield _bar(name, line)
                continue
            yield _bar(now if len(lines) == 1 else f"{name}, {now}", line)
            yield _bar(before if len(lines) == 1 else f"{name}, {before}", line["before"])


def _sort_key(finding: RenderedFinding, answered: Collection[str]) -> tuple[bool, bool, bool, float]:
    """The sort key of a finding: with beads first, then changes, answered questions, and the largest share."""
    low, _high, total, _words = finding.beads or (0, 0, 1, "")
    return not finding.beads, not finding.change_sentence, finding.name not in answered, -low / total


def _is_few(line: BandLine) -> bool:
    return line["code"] == "few" and not line["before"]


def _is_silence(line: Mapping[str, Any]) -> bool:
    return bool(line["key"] == DID_NOT_SAY)


def _beads(line: BandLine) -> tuple[int, int, int, str]:
    return line["low"], line["high"], line["n"], f"{labels.band_label(line)}, {labels.band_numbers_label(line)}"


def _bar(label: str, line: BandLine) -> Bar:
    return label, labels.band_label(line), labels.band_numbers_label(line), line["low"], line["high"], line["n"]


COLUMNS = ("question", "text", "answer", "answer_text", "low", "high", "n", "words", "tenths",
           "before_low", "before_high", "before_n", "change", "part", "part_text", "before_words")  # fmt: skip


def export_json(frozen: Frozen) -> str:
    """The whole view, as it was frozen.

    Raises:
        ValueError: it contains something that could not have been published.
    """
    _check_tables(frozen)
    return json.dumps(frozen, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def export_csv(frozen: Frozen) -> str:
    """One row for every line, with texts in the first language of the questionnaire; `*side` is the good side.

    Raises:
        ValueError: as `export_json`.
    """
    _check_tables(frozen)
    codes = frozen["languages"]
    buffer = io.StringIO()
    rows = csv.writer(buffer)
    rows.writerow(COLUMNS)
    for question in frozen["questions"]:
        for line in question["lines"]:
            before = line["before"] or {"low": "", "high": "", "n": ""}
            answer = (
                labels.frozen_words(question["labels"][line["key"]], codes[0], codes)
                if line["key"] in question["labels"]
                else ""
            )
            cells = (
                question["name"], labels.frozen_words(question["text"], codes[0], codes), line["key"], answer,
                line["low"], line["high"], line["n"], line["code"], line["tenths"] or "",
                before["low"], before["high"], before["n"], line["change"] or "", "", "", "",
            )  # fmt: skip
            rows.writerow([harmless_cell(cell) for cell in cells])
        rows.writerows(_rows_of_parts(question, frozen))
    return buffer.getvalue()


def _rows_of_parts(question: Mapping[str, Any], frozen: Frozen) -> Iterator[list[object]]:
    """A word for each part, without a number: the sizes of parts are published nowhere."""
    codes = frozen["languages"]
    part_texts = {part["key"]: part["text"] for part in (frozen["split"] or {"parts": []})["parts"]}
    last = next(reversed(part_texts), "")  # children who did not say are in the last part
    for line in question.get("parts", ()):
        option = question["labels"].get(line["key"])
        cells = (
            question["name"], labels.frozen_words(question["text"], codes[0], codes), line["key"] or GOOD_SIDE,
            labels.frozen_words(option, codes[0], codes) if option else "",
            "", "", "", line["code"], "", "", "", "", line["change"] or "",
            f"{line['part']}+{DID_NOT_SAY}" if line["part"] == last else line["part"],
            labels.frozen_words(part_texts[line["part"]], codes[0], codes), line["before"] or "",
        )  # fmt: skip
        yield [harmless_cell(cell) for cell in cells]


def _check_tables(frozen: Frozen) -> None:
    """Refuse a view with a table that could not have been published."""
    for _table in tables_of(frozen):
        pass
