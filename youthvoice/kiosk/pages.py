"""The front page and the pages around it: their tiles, and the pages as text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from flask import render_template, url_for
from flask_babel import force_locale, format_date, gettext as _
from markupsafe import Markup, escape

from youthvoice.committees.elections import labels
from youthvoice.committees.elections.rules import AT_THE_TABLET, Election
from youthvoice.publications.children_board import BoardCard
from youthvoice.sites.labels import CallLines, call_lines, name_label, names_label
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.surveys.choices.page import Shown
from youthvoice.surveys.rounds.entities import RUNS_ON, Round
from youthvoice.threads.readership import is_channel_open, readers_at
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import join_list

_ROUND_PICTURES: Final = {"regular": "1F4CB", "awareness": "1F4D6", "care": "1F3E0", "choice": "1F5F3"}


@dataclass(frozen=True, slots=True)
class FrontTile:
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
class SiteToday:
    """What can be done at a site at this moment.

    Attributes:
        rounds: that are open, small choices among them.
        votes: whether there is a vote, or one to be told of.
        chooses: whether there are small choices, open or decided.
        reviews: whether reviews are held here, for whichever child.
        lost: whether something that was sent here was lost.
        news: the newest answer of adults, for a tablet that has room for it.
    """

    rounds: Sequence[Round]
    votes: bool = False
    chooses: bool = False
    reviews: bool = False
    lost: bool = False
    news: BoardCard | None = None


def front_tiles(today: SiteToday) -> list[FrontTile]:
    """The six doors, each always in its place: one behind which there is nothing says so kindly itself.

    A door that would lead to one single thing leads there at once.
    """
    round_ = today.rounds[0] if len(today.rounds) == 1 and not today.votes and not today.chooses else None
    answer = url_for("surveys.answer", slug=round_.slug) if round_ else url_for("kiosk.open_today")
    return [
        FrontTile(_("Answer"), answer, "1F4CB"),
        FrontTile(_("Tell"), url_for("tell.ask"), "1F5E8"),
        FrontTile(_("Our agenda"), url_for("agenda.board"), "1F4CC"),
        FrontTile(_("Mine"), url_for("kiosk.mine") if today.reviews else "/reply", "mine"),
        FrontTile(_("See"), url_for("kiosk.see"), "we-did"),
        FrontTile(_("Help"), url_for("kiosk.help_card"), "1F6DF"),
    ]


def mine_tiles(*, reviews: bool) -> list[FrontTile]:
    """What belongs to one child: nothing here tells whether there is anything of hers."""
    review = FrontTile(_("My review"), "/plan", "1F9ED", (_("With the pictures of your slip"),))
    answer = FrontTile(_("My answer"), "/reply", "1F4EC", (_("With your seven pictures"),))
    return [answer, review] if reviews else [answer]


def see_tiles() -> list[FrontTile]:
    """What everybody may look at."""
    return [
        FrontTile(_("What changed"), url_for("board.we_did"), "we-did", (_("You said, we did"),)),
        FrontTile(_("My rights"), url_for("kiosk.rights"), "1F4D6"),
    ]


def choice_tiles(open_choices: Sequence[Shown]) -> list[FrontTile]:
    """A door for each small choice that is open: its question, and until when.

    Args:
        open_choices: from `list_open_choices`.
    """
    return [
        FrontTile(
            str(open_choice["words"]), str(open_choice["href"]), str(open_choice["code"]), (str(open_choice["until"]),)
        )
        for open_choice in open_choices
    ]


def choice_tile() -> FrontTile:
    """The board of small choices that are over: what won, and what became of it."""
    return FrontTile(_("See what won"), url_for("surveys.board"), "1F5F3", (_("Small choices"),))


def round_tiles(open_rounds: Sequence[Round], language: str, time_zone: str) -> list[FrontTile]:
    """A door for each round, and on it what tells it from the others: for whom, which time, until when.

    Args:
        open_rounds: what is open at this site now.
        language: the child's.
        time_zone: the site's.
    """
    tiles = [
        FrontTile(
            round_.bare_title_in(language),
            url_for("surveys.answer", slug=round_.slug),
            _ROUND_PICTURES.get(round_.purpose, "1F4CB"),
            _told_apart(round_, time_zone),
        )
        for round_ in open_rounds
    ]
    alike = Counter((door.words, door.small) for door in tiles)
    return [
        replace(door, small=(*door.small, _("%(name)s answers", name=round_.decider_name)))
        if alike[door.words, door.small] > 1
        else door
        for door, round_ in zip(tiles, open_rounds, strict=True)
    ]


def vote_tiles(open_votes: Sequence[tuple[str, str, str]], over: Sequence[Election]) -> list[FrontTile]:
    """A door for each vote, and one for each that is told of.

    Args:
        open_votes: slug, post, and name of the committee.
        over: what came of others.
    """
    voting = [
        FrontTile(labels.vote(post), url_for("agenda.ask_vote", slug=slug), "1F5F3", (name_label(committee),))
        for slug, post, committee in open_votes
    ]
    telling = [
        FrontTile(
            labels.result_tile_label(election.post), url_for("agenda.ask_vote", slug=election.slug), election.picture
        )
        for election in over
        if election.way == AT_THE_TABLET
    ]
    return voting + telling


def _told_apart(round_: Round, time_zone: str) -> tuple[str, ...]:
    youngest, _dash, oldest = round_.ages.partition("-")
    waves = {"pre": _("The first time"), "post": _("The second time")}
    ages = _("%(youngest)s to %(oldest)s years old", youngest=youngest, oldest=oldest) if oldest else ""
    said = (
        name_label(round_.group_name) if round_.group_name else ages,
        waves.get(round_.wave, ""),
        "" if round_.purpose == RUNS_ON else _("Until %(day)s", day=format_date(round_.last_day(time_zone), "d MMMM")),
    )
    return tuple(words for words in said if words)


def render_kiosk_page(template: str, **names: object) -> str:
    """A child's page: whoever comes after her begins with the choice of a language."""
    return render_template(template, front_href="/language", **names)


def render_language_choice(offered: Sequence[str]) -> str:
    """The first screen: each language in its own script. Whether somebody checked it is for adults, see `adults`.

    Args:
        offered: codes.
    """
    named = [languages.LANGUAGES[code] for code in offered if code in languages.LANGUAGES]
    forgotten = {
        language.code: _forgotten_in(language.code) for language in named if language.code in languages.TRANSLATED
    }
    return render_kiosk_page("kiosk/language.html", languages=named, forgotten=forgotten)


def _forgotten_in(code: str) -> str:
    with force_locale(code):
        return str(_("Nobody was here for a while. What was not sent is gone."))


def render_exit(code: str) -> bytes:
    """A harmless page, the same for everybody: of its bytes the worker of a tablet knows the hash."""
    with force_locale(code):
        return render_template("kiosk/exit.html", tag=code, turned=languages.direction(code)).encode()


def render_credits(site: Site | None, credit: str) -> str:
    """What adults read: which languages nobody has checked, and whose pictures these are."""
    offered, checked = (site.languages, site.checked_languages) if site else ((), ())
    drafts = [_in_itself(languages.LANGUAGES[code]) for code in offered if code not in checked]
    return render_kiosk_page("kiosk/credits.html", credit=credit, drafts=join_list(drafts))


def render_front(site: Site, today: SiteToday, said: str) -> str:
    """What can be done here.

    Args:
        site: of the tablet.
        today: what is open there.
        said: the child's language.
    """
    tiles = front_tiles(today)
    return render_kiosk_page(
        "kiosk/front.html",
        site=site,
        doors=tiles,
        lost=today.lost,
        news=today.news,
        spoken=languages.LANGUAGES.get(said),
    )


def render_mine(*, reviews: bool) -> str:
    """The page behind *Mine*."""
    return render_kiosk_page("kiosk/doors.html", title=_("Mine"), doors=mine_tiles(reviews=reviews))


def render_see() -> str:
    """The page behind *See*."""
    return render_kiosk_page("kiosk/doors.html", title=_("See"), doors=see_tiles())


class HelpLines(NamedTuple):
    """What the hand in the bar of every page shows: whom to go to and whom to call, without leaving the page.

    Attributes:
        calls: the rows that call.
        tells: whether a child can tell here.
        of_site: whether they are those of a site, which are recorded with its help card.
    """

    calls: CallLines
    tells: bool = False
    of_site: bool = False


def help_lines(tablet: CurrentTablet | None) -> HelpLines:
    """The lines of a tablet's site; of a device that no site knows, what holds everywhere."""
    if tablet is None:
        anywhere = _("In danger now? Go to an adult you trust, or call the emergency number of your country.")
        return HelpLines(CallLines(escape(anywhere)))
    return HelpLines(call_lines(tablet.site), tells=is_channel_open(tablet.site), of_site=True)


def render_help_card(site: Site, *, tells: bool) -> str:
    """Who helps here, now and in danger; and where to tell it."""
    return render_kiosk_page("kiosk/help.html", tells=tells, **help_card_values(site))


def help_card_values(site: Site) -> dict[str, object]:
    """What `kiosk/help_card.html` shows of a site."""
    advocates = readers_at(site.id)
    names = tuple(reader.name for reader in advocates)
    spoken = [_in_itself(languages.LANGUAGES[code]) for code in site.helpline_languages if code in languages.LANGUAGES]
    words = {
        "names": names_label(names),
        "spoken": join_list(spoken),
    }
    return {"site": site, "advocates": advocates, **words, **call_lines(site)._asdict()}


def _in_itself(language: languages.Language) -> Markup:
    """A language's own name, marked as being in that language."""
    return Markup('<b lang="{}" dir="{}">{}</b>').format(
        languages.tag(language.code), language.direction, language.name
    )
