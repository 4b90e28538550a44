"""The front page and the pages around it: their tiles, and the rendered pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from flask import g, render_template, url_for
from flask_babel import force_locale, gettext as _
from markupsafe import Markup, escape

from youthvoice import context
from youthvoice.clips.availability import shows_films, signed_voice
from youthvoice.committees.elections import labels
from youthvoice.committees.elections.rules import AT_THE_TABLET, Election
from youthvoice.publications.board.board_cards import BoardCard
from youthvoice.sites.labels import CallLines, call_lines, name_label, names_label
from youthvoice.sites.last_day import is_over
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.surveys.choices.page import Shown
from youthvoice.surveys.questionnaires.questionnaire import SMALL_CHILDREN
from youthvoice.surveys.responses.screens import Speaker
from youthvoice.surveys.rounds.entities import RUNS_ON, Round
from youthvoice.threads.readership import is_channel_open, readers_at
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_short_day, join_list

_ROUND_PICTURES: Final = {"regular": "1F4CB", "awareness": "1F4D6", "care": "1F3E0", "choice": "1F5F3"}


@dataclass(frozen=True, slots=True)
class FrontTile:
    """A tile that leads to another page.

    Attributes:
        words: its label; marked where it is in another language than the page.
        href: where it leads.
        code: of its picture: OpenMoji, or one of our own.
        small: further lines under the label; may be empty.
    """

    words: Markup | str
    href: str
    code: str
    small: tuple[str, ...] = ()

    @property
    def lines(self) -> Markup:
        """The further lines, one below the other."""
        return Markup("<br>").join(self.small)


@dataclass(frozen=True, slots=True)
class SiteToday:
    """What is open at a site at this moment.

    Attributes:
        rounds: that are open, small choices among them.
        votes: whether there is an open vote or a result to show.
        chooses: whether there are small choices, open or decided.
        reviews: whether the site holds reviews of care plans for any child.
        ways: whether *Tell* leads to several things: telling, good news, a talk.
        lost: whether something that was sent here was lost.
        news: the newest answer of adults, for a tablet with room for it.
    """

    rounds: Sequence[Round]
    votes: bool = False
    chooses: bool = False
    reviews: bool = False
    ways: bool = False
    lost: bool = False
    news: BoardCard | None = None


def front_tiles(today: SiteToday) -> list[FrontTile]:
    """The six tiles of the front page, each always in its place; an empty page behind one says so kindly.

    A tile with only one thing behind it leads directly there.
    """
    round_ = today.rounds[0] if len(today.rounds) == 1 and not today.votes and not today.chooses else None
    answer = url_for("surveys.answer", slug=round_.slug) if round_ else url_for("kiosk.open_today")
    return [
        FrontTile(_("Answer"), answer, "1F4CB"),
        FrontTile(_("Tell"), url_for("kiosk.ways" if today.ways else "tell.ask"), "1F5E8"),
        FrontTile(_("Our list"), url_for("agenda.board"), "board"),
        FrontTile(_("Mine"), url_for("kiosk.mine") if today.reviews else "/reply", "mine"),
        FrontTile(_("Come and see"), url_for("kiosk.see"), "we-did"),
        FrontTile(_("Help"), url_for("kiosk.help_card"), "270B"),
    ]


def mine_tiles(*, reviews: bool) -> list[FrontTile]:
    """The tiles of *Mine*, for pages of one child. Nothing on them shows whether this child has anything there."""
    review = FrontTile(_("My review"), "/plan", "1F9ED", (_("With the pictures of your slip"),))
    answer = FrontTile(_("My answer"), "/reply", "1F4EC", (_("With your seven pictures"),))
    return [answer, review] if reviews else [answer]


def ways_tiles(*, tells: bool, closes: bool, goods: bool, talks: bool) -> list[FrontTile]:
    """The tiles of *Tell*; across the room all lead to similar pages.

    Args:
        tells: whether a child can send a report; if not, the page behind the first tile leads to help.
        closes: whether that is because the site closes.
        goods: whether somebody reads what was good.
        talks: whether an adult of the site can be asked for a talk.
    """
    cannot = _("You cannot tell it here any more.") if closes else _("You cannot tell it here yet.")
    words = _("You get an answer.") if tells else cannot
    wrong = FrontTile(_("Something wrong"), url_for("tell.ask"), "1F5E8", (words,))
    good = FrontTile(_("Something good"), url_for("good.ask"), "1F33C", (_("Good news, or a thank you"),))
    talk = FrontTile(_("Talk with me"), url_for("talk.ask"), "talk", (_("Choose an adult by face"),))
    return [wrong, *([good] if goods else []), *([talk] if talks else [])]


def see_tiles() -> list[FrontTile]:
    """The tiles of *See*, for pages that every child may read."""
    return [
        FrontTile(_("What changed"), url_for("board.we_did"), "we-did", (_("You said, we did"),)),
        FrontTile(_("My rights"), url_for("kiosk.rights"), "1F4D6"),
    ]


def choice_tiles(open_choices: Sequence[Shown]) -> list[FrontTile]:
    """A tile for each small choice that is open: its question, and until when.

    Args:
        open_choices: from `list_open_choices`.
    """
    return [
        FrontTile(
            escape(open_choice["words"]),
            str(open_choice["href"]),
            str(open_choice["code"]),
            (str(open_choice["until"]),),
        )
        for open_choice in open_choices
    ]


def choice_tile() -> FrontTile:
    """The tile of the board of finished small choices: what won, and what was done about it."""
    return FrontTile(_("See what won"), url_for("surveys.board"), "1F5F3", (_("Small choices"),))


def round_tiles(open_rounds: Sequence[Round], language: str, time_zone: str) -> list[FrontTile]:
    """A tile for each round, with what tells rounds apart: for whom, which wave, until when.

    Args:
        open_rounds: what is open at this site now.
        language: the child's.
        time_zone: the site's.
    """
    tiles = [
        FrontTile(
            _round_title(round_, language),
            url_for("surveys.answer", slug=round_.slug),
            "1F9F8" if round_.ages == SMALL_CHILDREN else _ROUND_PICTURES.get(round_.purpose, "1F4CB"),
            _distinguishing_lines(round_, time_zone),
        )
        for round_ in open_rounds
    ]
    same = Counter((tile.words, tile.small) for tile in tiles)
    return [
        replace(tile, small=(*tile.small, _("%(name)s answers", name=round_.decider_name)))
        if same[tile.words, tile.small] > 1
        else tile
        for tile, round_ in zip(tiles, open_rounds, strict=True)
    ]


def _round_title(round_: Round, language: str) -> Markup | str:
    """The title without the group, marked where it is in another language than the page."""
    speaker = Speaker(languages.chosen(), language, next(iter(round_.title), ""))
    return speaker.say(round_.title) or round_.questionnaire_name


def vote_tiles(open_votes: Sequence[tuple[str, str, str]], announced: Sequence[Election]) -> list[FrontTile]:
    """A tile for each open vote, and one for each announced result.

    Args:
        open_votes: slug, post, and name of the committee.
        announced: elections with an announced result.
    """
    voting = [
        FrontTile(labels.vote_label(post), url_for("agenda.ask_vote", slug=slug), "1F5F3", (name_label(committee),))
        for slug, post, committee in open_votes
    ]
    telling = [
        FrontTile(
            labels.result_tile_label(election.post), url_for("agenda.ask_vote", slug=election.slug), election.picture
        )
        for election in announced
        if election.way == AT_THE_TABLET
    ]
    return voting + telling


def _distinguishing_lines(round_: Round, time_zone: str) -> tuple[str, ...]:
    youngest, _dash, oldest = round_.ages.partition("-")
    waves = {"pre": _("The first time"), "post": _("The second time")}
    ages = _("%(youngest)s to %(oldest)s years old", youngest=youngest, oldest=oldest) if oldest else ""
    details = (
        name_label(round_.group_name) if round_.group_name else ages,
        waves.get(round_.wave, ""),
        "" if round_.purpose in RUNS_ON else _("Until %(day)s", day=format_short_day(round_.last_day(time_zone))),
    )
    return tuple(detail for detail in details if detail)


def render_kiosk_page(template: str, **names: object) -> str:
    """Render a child's page whose way out leads to the choice of a language, for the next child."""
    return render_template(template, front_href="/language", **names)


def offers_choice(site: Site) -> bool:
    """Whether a child first chooses: one of several languages, or whether to see texts signed."""
    return len(site.languages) > 1 or shows_films()


def render_language_choice(offered: Sequence[str], site: Site | None = None) -> str:
    """Render the first screen: each language in its own script. Drafts of translations are marked on `render_credits`.

    Args:
        offered: codes of languages.
        site: of the tablet; None on a device that is not connected.
    """
    chosen = [languages.LANGUAGES[code] for code in offered if code in languages.LANGUAGES]
    forgotten = {
        language.code: _forgotten_in(language.code) for language in chosen if language.code in languages.TRANSLATED
    }
    signed = [language for language in chosen if signed_voice(language.code)]
    return render_kiosk_page("kiosk/language.html", languages=chosen, forgotten=forgotten, signed=signed, site=site)


def _forgotten_in(code: str) -> str:
    with force_locale(code):
        return str(_("Nobody was here for a while. What was not sent is gone."))


def render_exit(code: str) -> bytes:
    """Render the harmless page of the quick exit, the same for everybody; the tablet's worker checks its hash."""
    with force_locale(code):
        return render_template("kiosk/exit.html", tag=code, turned=languages.direction(code)).encode()


def render_credits(site: Site | None, credit: str) -> str:
    """Render the page for adults: which translations nobody has checked, and who made the pictures."""
    offered, checked = (site.languages, site.checked_languages) if site else ((), ())
    drafts = [_own_name(languages.LANGUAGES[code]) for code in offered if code not in checked]
    return render_kiosk_page("kiosk/credits.html", credit=credit, drafts=join_list(drafts))


def render_front(site: Site, today: SiteToday, language: str) -> str:
    """Render the front page.

    Args:
        site: of the tablet.
        today: what is open there.
        language: the child's language.
    """
    tiles = front_tiles(today)
    return render_kiosk_page(
        "kiosk/front.html",
        site=site,
        doors=tiles,
        last_day=format_short_day(site.closes_on) if site.closes_on else "",
        lost=today.lost,
        news=today.news,
        spoken=languages.LANGUAGES.get(language),
    )


def render_mine(*, reviews: bool) -> str:
    """Render the page behind *Mine*."""
    return render_kiosk_page("kiosk/doors.html", title=_("Mine"), doors=mine_tiles(reviews=reviews))


def render_ways(*, tells: bool, closes: bool, goods: bool, talks: bool) -> str:
    """Render the page behind *Tell*; the arguments are those of `ways_tiles`."""
    doors = ways_tiles(tells=tells, closes=closes, goods=goods, talks=talks)
    return render_kiosk_page("kiosk/doors.html", title=_("What do you want to do?"), doors=doors)


def render_see() -> str:
    """Render the page behind *See*."""
    return render_kiosk_page("kiosk/doors.html", title=_("Come and see"), doors=see_tiles())


class HelpLines(NamedTuple):
    """What the hand in the bar of every page shows: whom to go to and whom to call, without leaving the page.

    Attributes:
        calls: the rows with telephone numbers.
        tells: whether a child can send a report here.
        of_site: whether the rows are a site's, which are recorded with its help card.
    """

    calls: CallLines
    tells: bool = False
    of_site: bool = False


def help_lines(tablet: CurrentTablet | None) -> HelpLines:
    """The help lines of a tablet's site; on a device without a site, those that hold everywhere."""
    if tablet is None:
        anywhere = _("In danger now? Go to an adult you trust, or call the emergency number of your country.")
        return HelpLines(CallLines(escape(anywhere)))
    tells = "write_failure" not in g and is_channel_open(tablet.site)  # an error page asks no key and no database
    return HelpLines(call_lines(tablet.site), tells=tells, of_site=True)


def closing_values(site: Site) -> dict[str, object]:
    """What pages say of a site that closes: its last day, whether it has passed, and whom children call then."""
    is_closed = is_over(site, context.today(site.time_zone))
    return {"last_day": format_short_day(site.closes_on) if site.closes_on else "", "is_closed": is_closed} | (
        call_lines(site)._asdict()
    )


def render_closing(site: Site, *, is_closed: bool | None = None) -> str:
    """Render the page that says when this site closes, and whom a child calls then.

    Args:
        site: one that closes; for one that goes on the page is the same without a day, so that it can be recorded.
        is_closed: shows it as before or after the last day, whichever day it is.
    """
    as_asked = {} if is_closed is None else {"is_closed": is_closed}
    return render_kiosk_page("kiosk/closing.html", **(closing_values(site) | as_asked))


def render_help_card(site: Site, *, tells: bool, talks: bool) -> str:
    """Render the help card: who helps here, now and in danger, and where to report or to ask for a talk."""
    return render_kiosk_page("kiosk/help.html", tells=tells, talks=talks, **help_card_values(site))


def help_card_values(site: Site) -> dict[str, object]:
    """The values that `kiosk/help_card.html` shows of a site."""
    advocates = readers_at(site.id)
    names = tuple(reader.name for reader in advocates)
    spoken = [_own_name(languages.LANGUAGES[code]) for code in site.helpline_languages if code in languages.LANGUAGES]
    values = {"site": site, "advocates": advocates, "names": names_label(names), "spoken": join_list(spoken)}
    return {**values, **call_lines(site)._asdict()}


def _own_name(language: languages.Language) -> Markup:
    """A language's own name, marked as text in that language."""
    return Markup('<b lang="{}" dir="{}">{}</b>').format(
        languages.tag(language.code), language.direction, language.name
    )
