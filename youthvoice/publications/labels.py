"""Labels and sentences for lines of bands, in the language of the page.

Order, words and numbers are functions of the bands only; "all" and "none" are never used (PRIVACY.md A6).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.publications.band_lines import GOOD_SIDE, RIGHT, WRONG, BandLine
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY
from youthvoice.web.i18n.formats import format_long_day


def frozen_words(words: Mapping[str, str], language: str, languages: Sequence[str]) -> str:
    """A frozen text in a language, else in the first one of the questionnaire."""
    return words.get(language) or words.get(languages[0]) or next(iter(words.values()))


AUDIENCE_LABELS: Final = {
    "guardian": _l("Legal guardians"),
    "family": _l("Other family"),
    "committee": _l("Committee that visits the site"),
    "review": _l("Reviewers, by a notice"),
    "staff": _l("Other staff, by a notice"),
}
"""The audiences of letters."""

RHYTHM_LABELS: Final = {
    "on_publication": _l("as soon as a view is approved"),
    "weekly": _l("every week"),
    "monthly": _l("every month"),
    "quarterly": _l("every quarter"),
}
"""How often letters go out."""

DELIVERY_LABELS: Final = {
    "queued": _l("on its way"),
    "tried": _l("is tried again"),
    "sent": _l("sent"),
    "refused": _l("refused"),
    "given_up": _l("given up"),
}
"""The state of a letter."""

REASON_LABELS: Final = {
    "": "",
    "no_box": _l("The mail server says that there is no such address."),
    "full": _l("The box of the family is full."),
    "busy": _l("The mail server asks us to come again later."),
    "refused": _l("The mail server does not take letters from us."),
    "no_server": _l("No mail server could be reached."),
    "slow": _l("The mail server did not answer in time."),
    "no_tls": _l("The mail server offers no safe line, so nothing was sent."),
    "certificate": _l("The certificate of the mail server is not valid, or has ended, so nothing was sent."),
    "too_large": _l("The mail server does not take a mail of this size."),
    "sign_in": _l("The mail server does not accept our password."),
    "no_address": _l("Mail cannot be sent to this address. Remove it, and enter it again."),
    "unreadable": _l("The address cannot be opened with the keys that are here."),
}
"""Why a letter did not arrive; never the text of a mail server."""

_BANDS: Final = {
    "about_tenths": _l("about %(tenths)s in 10"),
    "between": _l("%(low)s to %(high)s"),
    "few": _l("few"),
    "about_half": _l("about half"),
    "most": _l("most"),
    "fewer_than_half": _l("fewer than half"),
    "more_than_half": _l("more than half"),
}


def band_label(line: BandLine) -> str:
    """A band in a word or two, such as `most` or `about 6 in 10`."""
    return str(_BANDS[line["code"]]) % line


def band_numbers_label(line: BandLine) -> str:
    """A band in numbers, such as `15 to 24 of 24`."""
    return str(_("%(low)s to %(high)s of %(n)s", low=line["low"], high=line["high"], n=line["n"]))


_PART_SHARES: Final = {
    "few": (_l("a third at most"), 0, 1),
    "about_half": (_l("more than a third, less than two thirds"), 1, 2),
    "most": (_l("two thirds at least"), 2, 3),
}
"""The meaning of each word for a part of any size, and from which to which third its bar is drawn."""


def part_word_label(code: str) -> str:
    """The word for a part, such as `most`."""
    return str(_BANDS[code])


def part_share(code: str) -> tuple[str, int, int, int]:
    """The meaning of a word for a part, and its bar: from which third, to which third, of three."""
    words, low, high = _PART_SHARES[code]
    return str(words), low, high, 3


_SPLIT_NOTES: Final = {
    "age": _l("By age (%(parts)s) we show only where ten or more of each part answered."),
    "group": _l("By group (%(parts)s) we show only where ten or more of each part answered."),
    "gender": _l("By gender (%(parts)s) we show only where ten or more of each part answered."),
}


def split_note(by: str, parts: Sequence[str]) -> str:
    """The rule of a view that is shown in parts: the same text whether or not every part was large enough."""
    names = " · ".join(parts)
    return str(_SPLIT_NOTES[by]) % {"parts": names}


def how_many_sentence(says: str) -> str:
    """The heading of the words for each part: `How many say the food is good?`."""
    return str(_("How many %(says)s?", says=says))


_SENTENCES: Final = {
    "few": _l("Few of the %(n)s answers %(says)s: %(low)s to %(high)s"),
    "about_half": _l("About half of the %(n)s answers %(says)s: %(low)s to %(high)s"),
    "most": _l("Most of the %(n)s answers %(says)s: %(low)s to %(high)s"),
    "fewer_than_half": _l("Fewer than half of the %(n)s answers %(says)s: %(low)s to %(high)s"),
    "more_than_half": _l("More than half of the %(n)s answers %(says)s: %(low)s to %(high)s"),
    "about_tenths": _l("About %(tenths)s in 10 of the %(n)s answers %(says)s: %(low)s to %(high)s"),
    "between": _l("%(low)s to %(high)s of the %(n)s answers %(says)s"),
}


def band_sentence(line: BandLine, says: str) -> str:
    """A sentence of the questionnaire with a band: `Most of the 24 answers say the food is good: 15 to 24`."""
    return str(_SENTENCES[line["code"]]) % {**line, "says": says}


_CHANGE_SENTENCES: Final = {
    "more": (_l("More answers than before %(says)s."), _l("More of us now %(says)s.")),
    "fewer": (_l("Fewer answers than before %(says)s."), _l("Fewer of us now %(says)s.")),
}
"""The sentence for adults, and the one for children."""


def change_sentence(change: str | None, says: str, *, to_children: bool) -> str:
    """What changed, as a sentence: `More answers than before say the food is good`; empty without a change."""
    if change not in _CHANGE_SENTENCES:
        return ""
    return str(_CHANGE_SENTENCES[change][to_children]) % {"says": says}


_CHILD_SENTENCES: Final = {
    "few": _l("Few of us %(says)s."),
    "about_half": _l("About half of us %(says)s."),
    "most": _l("Most of us %(says)s."),
    "fewer_than_half": _l("Fewer than half of us %(says)s."),
    "more_than_half": _l("More than half of us %(says)s."),
    "about_tenths": _l("About %(tenths)s in 10 of us %(says)s."),
    "between": _l("%(low)s to %(high)s of the %(n)s of us %(says)s."),
}


def child_band_sentence(line: BandLine, says: str) -> str:
    """A band sentence for children, without numbers if a word is enough: `Most of us say the food is good`."""
    return str(_CHILD_SENTENCES[line["code"]]) % {**line, "says": says}


def option_sentence(question: str, option: str) -> str:
    """The predicate for a question without a sentence: `say “Yes” to “Do you have enough clothes?”`."""
    return str(_("say “%(option)s” to “%(question)s”", option=option, question=question))


def right_answer_sentence(question: str) -> str:
    """The predicate for a question with one right answer: `give the right answer to “Who has rights?”`."""
    return str(_("give the right answer to “%(question)s”", question=question))


def line_label(question: Mapping[str, Any], key: str, language: str, languages: Sequence[str]) -> str:
    """The label of a line: an option, the options of the good side, the right answer, or silence."""
    if key == GOOD_SIDE and question["as"] == "right":
        return str(_("the right answer"))
    if key == GOOD_SIDE:
        return " / ".join(frozen_words(question["labels"][key], language, languages) for key in question["good"])
    if key in question["labels"]:
        return frozen_words(question["labels"][key], language, languages)
    if key == DID_NOT_SAY and question["ruled_out"]:
        return str(_("did not say or was not asked"))
    return str(_LINES[key])


_LINES: Final = {RIGHT: _l("right answer"), WRONG: _l("another answer"), DID_NOT_SAY: _l("did not say")}


def frozen_day_label(iso: str) -> str:
    """A day as people write it, its parts kept on one line."""
    return format_long_day(date.fromisoformat(iso))


def frozen_days_label(first: str, last: str) -> str:
    """From one day to another; a single day once."""
    if first == last:
        return frozen_day_label(first)
    return str(_("%(first)s to %(last)s", first=frozen_day_label(first), last=frozen_day_label(last)))


CHANGE_LABELS: Final = {
    "more": ("more", _l("More than before")),
    "fewer": ("fewer", _l("Fewer than before")),
    "no_clear_change": ("no-change", _l("No clear change")),
}
"""The icon and the words for the change between two waves."""


def hidden_change_label() -> str:
    """For two waves whose ranges are too wide to show a change; it never says that nothing changed."""
    return str(_("These ranges are too wide to show a change."))


def hidden_change_note() -> str:
    """The line before the questions with such ranges."""
    return str(_("It may have changed:"))
