"""The doors of the front page: the same weight for each, and no badge with a number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Final

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from youthvoice.committees.elections import labels as election_words
from youthvoice.committees.elections.announcements import Told
from youthvoice.sites.help_labels import named
from youthvoice.surveys.rounds.entities import EXEMPT, RUNS_ON, RoundFacts

_A_LINE: Final = 17  # letters
_ROUND_PICTURES: Final = {"regular": "1F4CB", "awareness": "1F4D6", "care": "1F3E0", "choice": "1F5F3"}


@dataclass(frozen=True, slots=True)
class Door:
    """One tile that leads somewhere.

    Attributes:
        words: on it.
        href: where it leads.
        code: OpenMoji, or one of our own pictures.
        small: lines under them; may be empty.
    """

    words: str
    href: str
    code: str
    small: tuple[str, ...] = ()

    @property
    def lines(self) -> Markup:
        """The small lines, one under the other."""
        return Markup("<br>").join(self.small)


@dataclass(frozen=True, slots=True)
class Today:
    """What can be done at a site at this moment.

    Attributes:
        rounds: that are open.
        tells: whether somebody is there to be told.
        meets: whether a committee meets here.
        votes: whether there is a vote, or one to be told of.
        chooses: whether there are small choices, open or decided; they have a door of their own.
    """

    rounds: Sequence[RoundFacts]
    tells: bool = False
    meets: bool = False
    votes: bool = False
    chooses: bool = False


def doors(today: Today) -> list[Door]:
    """What a child can do here; a door whose room is not there is left out."""
    rounds = [one for one in today.rounds if one.purpose not in EXEMPT]
    only = rounds[0] if len(rounds) == 1 and not today.votes else None
    way = url_for("surveys.answer", slug=only.slug) if only else url_for("kiosk.open_today")
    whose = (named(_in_a_line(only.group_name)),) if only and only.group_name else ()
    return [
        Door(_("Open today"), way, "1F4CB", whose),
        *([Door(_("Tell us"), url_for("tell.ask"), "1F5E8")] if today.tells else []),
        *([Door(_("Our agenda"), url_for("agenda.board"), "1F4CC")] if today.meets else []),
        *([Door(_("Small choices"), url_for("choose.board"), "1F5F3")] if today.chooses else []),
        Door(_("My answer"), "/reply", "1F4EC"),
        Door(_("You said, we did"), "/we-did", "we-did"),
        Door(_("My rights"), url_for("kiosk.rights"), "1F4D6"),
        Door(_("Help"), url_for("kiosk.help_card"), "1F6DF"),
    ]


def _in_a_line(name: str) -> str:
    """The first words of a long name: a door of two lines makes every door higher. The round itself says it whole."""
    short = shorten(name, _A_LINE, placeholder=" …")
    return name if short in {name, "…"} else short


def rounds(open_rounds: Sequence[RoundFacts], language: str, time_zone: str) -> list[Door]:
    """A door for each round, and on it what tells it from the others: for whom, which time, until when.

    Args:
        open_rounds: what is open at this site now.
        language: the child's.
        time_zone: the site's.
    """
    found = [
        Door(
            one.bare_title_in(language),
            url_for("surveys.answer", slug=one.slug),
            _ROUND_PICTURES.get(one.purpose, "1F4CB"),
            _told_apart(one, time_zone),
        )
        for one in open_rounds
    ]
    alike = Counter((door.words, door.small) for door in found)
    return [
        replace(door, small=(*door.small, _("%(name)s answers", name=one.decider_name)))
        if alike[door.words, door.small] > 1
        else door
        for door, one in zip(found, open_rounds, strict=True)
    ]


def votes(open_votes: Sequence[tuple[str, str, str]], over: Sequence[Told]) -> list[Door]:
    """A door for each vote, and one for each that is told of.

    Args:
        open_votes: slug, post, and name of the committee.
        over: what came of others.
    """
    voting = [
        Door(election_words.vote(post), url_for("vote.ask", slug=slug), "1F5F3", (named(committee),))
        for slug, post, committee in open_votes
    ]
    telling = [
        Door(election_words.over(one.post), url_for("vote.ask", slug=one.slug), one.picture)
        for one in over
        if one.by_tablet
    ]
    return voting + telling


def _told_apart(one: RoundFacts, time_zone: str) -> tuple[str, ...]:
    youngest, _dash, oldest = one.ages.partition("-")
    waves = {"pre": _("The first time"), "post": _("The second time")}
    ages = _("%(youngest)s to %(oldest)s years old", youngest=youngest, oldest=oldest) if oldest else ""
    said = (
        named(one.group_name) if one.group_name else ages,
        waves.get(one.wave, ""),
        "" if one.purpose == RUNS_ON else _("Until %(day)s", day=format_date(one.last_day(time_zone), "d MMMM")),
    )
    return tuple(words for words in said if words)
