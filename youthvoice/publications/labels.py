"""The words for a line of bands, in the language of the page; codes come in, sentences go out.

Order, words and numbers are functions of the bands only; "all" and "none" are never said (PRIVACY.md A6).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from youthvoice.privacy.disclosure.tabulation import RIGHT
from youthvoice.publications.snapshot import GOOD_SIDE, BandLine
from youthvoice.surveys.questionnaires.answer_encoding import WRONG
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY
from youthvoice.web.i18n.formats import format_long_day


def frozen_words(words: Mapping[str, str], language: str, languages: Sequence[str]) -> str:
    """Frozen words in a language, else in the first one of the questionnaire."""
    return words.get(language) or words.get(languages[0]) or next(iter(words.values()))


def band_label(line: BandLine) -> str:
    """A band in a word or two, such as `most` or `about 6 in 10`."""
    if line["code"] == "about_tenths":
        return str(_("about %(tenths)s in 10", tenths=line["tenths"]))
    if line["code"] == "between":
        return str(_("%(low)s to %(high)s", low=line["low"], high=line["high"]))
    names = {  # one of them is looked up, not five: a page has dozens
        "few": lambda: _("few"),
        "about_half": lambda: _("about half"),
        "most": lambda: _("most"),
        "fewer_than_half": lambda: _("fewer than half"),
        "more_than_half": lambda: _("more than half"),
    }
    return str(names[line["code"]]())


def band_numbers_label(line: BandLine) -> str:
    """A band in numbers, such as `15 to 24 of 24`."""
    return str(_("%(low)s to %(high)s of %(n)s", low=line["low"], high=line["high"], n=line["n"]))


def band_sentence(line: BandLine, says: str) -> str:
    """A sentence of the questionnaire with a band: `Most of the 24 answers say the food is good: 15 to 24`."""
    given = {name: line[name] for name in ("n", "low", "high", "tenths")} | {"says": says}
    return str(
        {
            "few": lambda: _("Few of the %(n)s answers %(says)s: %(low)s to %(high)s", **given),
            "about_half": lambda: _("About half of the %(n)s answers %(says)s: %(low)s to %(high)s", **given),
            "most": lambda: _("Most of the %(n)s answers %(says)s: %(low)s to %(high)s", **given),
            "fewer_than_half": lambda: _("Fewer than half of the %(n)s answers %(says)s: %(low)s to %(high)s", **given),
            "more_than_half": lambda: _("More than half of the %(n)s answers %(says)s: %(low)s to %(high)s", **given),
            "about_tenths": lambda: _(
                "About %(tenths)s in 10 of the %(n)s answers %(says)s: %(low)s to %(high)s", **given
            ),
            "between": lambda: _("%(low)s to %(high)s of the %(n)s answers %(says)s", **given),
        }[line["code"]]()
    )


def child_band_sentence(line: BandLine, says: str) -> str:
    """The same for children, without numbers where a word does: `Most of us say the food is good`."""
    given = {name: line[name] for name in ("n", "low", "high", "tenths")} | {"says": says}
    return str(
        {
            "few": lambda: _("Few of us %(says)s.", **given),
            "about_half": lambda: _("About half of us %(says)s.", **given),
            "most": lambda: _("Most of us %(says)s.", **given),
            "fewer_than_half": lambda: _("Fewer than half of us %(says)s.", **given),
            "more_than_half": lambda: _("More than half of us %(says)s.", **given),
            "about_tenths": lambda: _("About %(tenths)s in 10 of us %(says)s.", **given),
            "between": lambda: _("%(low)s to %(high)s of the %(n)s of us %(says)s.", **given),
        }[line["code"]]()
    )


def option_sentence(question: str, option: str) -> str:
    """What answers say to a question that brings no sentence: `say “Yes” to “Do you have enough clothes?”`."""
    return str(_("say “%(option)s” to “%(question)s”", option=option, question=question))


def right_answer_sentence(question: str) -> str:
    """The same of a question with one right answer: `give the right answer to “Who has rights?”`."""
    return str(_("give the right answer to “%(question)s”", question=question))


def line_label(question: Mapping[str, Any], key: str, language: str, languages: Sequence[str]) -> str:
    """What a line is about: an option, the options of the good side, the right answer, silence."""
    if key == GOOD_SIDE and question["as"] == "right":
        return str(_("the right answer"))
    if key == GOOD_SIDE:
        return " / ".join(frozen_words(question["labels"][one], language, languages) for one in question["good"])
    if key in question["labels"]:
        return frozen_words(question["labels"][key], language, languages)
    names = {RIGHT: _("right answer"), WRONG: _("another answer"), DID_NOT_SAY: _("did not say")}
    return str(names[key])


def frozen_day_label(iso: str) -> str:
    """A day as people write it, its parts kept together."""
    return format_long_day(date.fromisoformat(iso))


def frozen_days_label(first: str, last: str) -> str:
    """From one day to another; a single day once."""
    if first == last:
        return frozen_day_label(first)
    return str(_("%(first)s to %(last)s", first=frozen_day_label(first), last=frozen_day_label(last)))


def change_label(code: str | None) -> tuple[str, str]:
    """The mark and the words for a change between two waves; empty where there is nothing to compare."""
    return {
        "more": ("more", str(_("More than before"))),
        "fewer": ("fewer", str(_("Fewer than before"))),
        "unknown": ("cant-tell", str(_("We can't tell yet whether this changed."))),
    }.get(code or "", ("", ""))
