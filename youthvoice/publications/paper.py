"""A published view on one page of paper: the sentences, bands and answers of its web page, as values of a layout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import force_locale, gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.printing.document import Document
from youthvoice.printing.job import PaperSource
from youthvoice.printing.store import PaperKey
from youthvoice.publications import adult_answers, labels, render, store
from youthvoice.publications.adult_answers import ReplyRow, ReplyView
from youthvoice.publications.encryption import Publication
from youthvoice.publications.guardians.guardian_links import LINK_DAYS
from youthvoice.publications.letter_themes import theme_words
from youthvoice.publications.render import Bar, RenderedFinding, RenderedView
from youthvoice.publications.review.page import more_for_review
from youthvoice.publications.review.trends import RenderedTrend
from youthvoice.publications.review.voices import RenderedVoices
from youthvoice.publications.rhythm import next_start
from youthvoice.publications.snapshot import Audience
from youthvoice.sites.store import Site, find_site
from youthvoice.web.graphics.band_beads import band_beads
from youthvoice.web.graphics.pictures import whole_picture
from youthvoice.web.i18n.formats import format_long_day
from youthvoice.web.i18n.languages import TRANSLATED

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReviewAdditions:
    """What only a care-plan review is shown: names of its additional questions, and what was said before."""

    safety: frozenset[str]
    trends: Mapping[str, Sequence[RenderedTrend]]
    voices: RenderedVoices | None = None


_PRINTED_IN_ADVANCE: Final = timedelta(days=400)
"""How long after its approval a view is printed in advance; an older one is made when somebody opens it."""


def paper_key(publication: Publication, site_id: int, language: str) -> PaperKey:
    """The key under which the PDF of a view is stored, with the day on which its site first got a letter."""
    return PaperKey(publication.audience, f"{publication.slug}/{site_id}", language)


def paper_of_letter(
    session: Session, publication: Publication, site: Site, language: str, sent_on: date
) -> tuple[PaperKey, Document]:
    """The PDF behind the link of one letter, with the day of that letter; most letters went on the first day.

    Args:
        session: only read.
        publication: of guardians.
        site: the page names its helpline.
        language: one of `languages_of_view`.
        sent_on: day of the letter.
    """
    key = paper_key(publication, site.id, language)
    first = _written_on(session, publication, site)
    if first and sent_on != first:
        key = key._replace(subject=f"{key.subject}/{sent_on.isoformat()}")
    return key, load_view_document(session, publication, site, language, sent_on if first else None)


@dataclass(frozen=True, slots=True)
class ViewPapers:
    """The papers of all views of one audience, for each of their sites; see `PaperSource`."""

    audience: Audience

    def missing(self, session: Session, since: date, most: int) -> list[str]:
        """Publication and site of the first views without a PDF, approved since a day, but within about a year."""
        first_day = max(since, context.today() - _PRINTED_IN_ADVANCE)
        return store.list_approved_without_pdf(session, self.audience, first_day, most)

    def is_always_printed(self, session: Session, subject: str) -> bool:
        """Whether its view was approved within about a year; the paper of a later letter is printed on request."""
        view = self._find(session, subject)
        approved_on = view[0].approved_on if view and subject.count("/") == 1 else None
        return approved_on is not None and approved_on >= context.today() - _PRINTED_IN_ADVANCE

    def languages(self, session: Session, subject: str) -> tuple[str, ...]:
        """The languages in which it can be read."""
        view = self._find(session, subject)
        return render.languages_of_view(view[0].frozen) if view else ()

    def document(self, session: Session, subject: str, language: str) -> Document | None:
        """The paper as of now; None if nobody may see it."""
        view = self._find(session, subject)
        if view is None or language not in render.languages_of_view(view[0].frozen):
            return None
        publication, site, sent_on = view
        return load_view_document(session, publication, site, language, sent_on)

    def _find(self, session: Session, subject: str) -> tuple[Publication, Site, date | None] | None:
        """Publication and site of a subject; for the paper of a later letter also its day, while its link is valid."""
        slug, site_id, *day = subject.split("/")
        publication, site = store.find_publication_by_slug(session, slug), find_site(session, int(site_id))
        if publication is None or site is None or publication.audience != self.audience:
            return None
        sent_on = date.fromisoformat(day[0]) if day else None
        if sent_on and context.today(site.time_zone) > sent_on + timedelta(days=LINK_DAYS):
            return None
        return (publication, site, sent_on) if publication.state in store.VISIBLE_STATES else None


def quarter_key(site_id: int, first: date, language: str) -> PaperKey:
    """The key under which the PDF of a quarter's papers is stored."""
    return PaperKey("pack", f"{site_id}/{first.isoformat()}", language)


class QuarterPapers(PaperSource):
    """The papers for families of a quarter in one PDF, made when somebody opens it; see `PaperSource`."""

    def languages(self, session: Session, subject: str) -> tuple[str, ...]:
        """The languages in which one of its views can be read."""
        site, first = self._read(session, subject)
        return languages_of_quarter(session, site, first) if site else ()

    def document(self, session: Session, subject: str, language: str) -> Document | None:
        """The paper as of now; None if no view of the quarter can be read in the language."""
        site, first = self._read(session, subject)
        return load_quarter_document(session, site, first, language) if site else None

    @staticmethod
    def _read(session: Session, subject: str) -> tuple[Site | None, date]:
        site_id, _slash, first = subject.partition("/")
        return find_site(session, int(site_id)), date.fromisoformat(first)


def languages_of_quarter(session: Session, site: Site, first: date) -> tuple[str, ...]:
    """The languages in which a view of a quarter can be read."""
    codes = {
        code
        for publication in _views_of_quarter(session, site, first)
        for code in render.languages_of_view(publication.frozen)
    }
    return tuple(code for code in TRANSLATED if code in codes)


def load_quarter_document(session: Session, site: Site, first: date, language: str) -> Document | None:
    """The papers of all views for families approved in a quarter; None if none has the language.

    Args:
        session: only read.
        site: the site.
        first: first day of the quarter.
        language: of `languages_of_quarter`.
    """
    views = [
        publication
        for publication in _views_of_quarter(session, site, first)
        if language in render.languages_of_view(publication.frozen)
    ]
    sheets = [load_view_document(session, publication, site, language) for publication in views]
    if not sheets:
        return None
    values = {"title": sheets[0].values["title"], "sheets": [dict(document.values) for document in sheets]}
    return Document("pack", values, language, sheets[0].pictures)


def _views_of_quarter(session: Session, site: Site, first: date) -> list[Publication]:
    last = next_start("quarterly", first) - timedelta(days=1)
    return store.list_views_for_families(session, site.id, first, last)


def _written_on(session: Session, publication: Publication, site: Site) -> date | None:
    """When the families of a site first got a letter about a view; other sites may have another day."""
    site_rows = store.list_publication_sites(session, publication)
    return next((site_row.sent_on for site_row in site_rows if site_row.site_id == site.id), None)


def load_view_document(
    session: Session, publication: Publication, site: Site, language: str, sent_on: date | None = None
) -> Document:
    """The paper of one publication for the families, or the reviews, of one site.

    Args:
        session: only read.
        publication: of guardians or of reviews.
        site: the page names its helpline.
        language: one of `languages_of_view`.
        sent_on: day of the letter that it belongs to; None for the first one of the site.
    """
    publication = replace(publication, sent_on=sent_on or _written_on(session, publication, site))
    today = context.today(site.time_zone)
    with force_locale(language):
        reply = adult_answers.load_reply_view(session, publication.frozen, today)
        view = render.render_view(publication.frozen, language, reply.to)
        committees = adult_answers.list_committee_replies(session, [site.id], today)
        additions = _review_additions(session, publication, language)
        wrote = theme_words(session, publication.frozen)
        return view_document(publication, view, reply, committees, site, language, additions, wrote)


def _review_additions(session: Session, publication: Publication, language: str) -> ReviewAdditions | None:
    """The additions that only a review is shown."""
    if publication.audience != "review":
        return None
    sites = [site_row.site_id for site_row in store.list_publication_sites(session, publication)]
    edition = store.find_edition(session, publication.slug, sites)
    more = more_for_review(session, edition, "review", language) if edition else {}
    return ReviewAdditions(frozenset(more.get("safety", ())), more.get("trends", {}), more.get("voices"))


def view_document(  # noqa: PLR0913, PLR0917 - a paper has as many parts
    publication: Publication,
    view: RenderedView,
    reply: ReplyView,
    committees: Sequence[ReplyRow],
    site: Site,
    language: str,
    additions: ReviewAdditions | None = None,
    wrote: Sequence[Markup] = (),
) -> Document:
    """The paper of a loaded view, in the present gettext language; see `load_view_document`."""
    values = {
        "title": str(_("What the children of %(sites)s say", sites=view.sites)),
        "brand": str(_("Youth Voice")),
        "when": _date_lines(publication),
        "for_review": str(_("For care-plan reviews, safety questions included"))
        if publication.audience == "review"
        else "",
        "headline": view.headline,
        "answered": " ".join(filter(None, (f"{view.title} · {view.answered}", view.split_note))),
        "findings": [
            _finding(
                rendered_finding,
                reply,
                _bars(rendered_finding, publication),
                additions,
                leads=place == 0 and view.says_first,
            )
            for place, rendered_finding in enumerate(view.findings)
        ],
        "voices": _voices(additions.voices) if additions and additions.voices else _section("", []),
        "wrote": _section(_("What many children wrote"), [_plain(markup) for markup in wrote]),
        "unsaid": _section(_("Also asked, too few children to say more"), list(view.unsaid)),
        "unknown": " ".join(view.unknown),
        "hidden": _section(labels.hidden_change_label(), _hidden(view, additions)),
        "hidden_note": labels.hidden_change_note(),
        "did": _section(_("What we did"), _replies(reply.did)),
        "could_not": _section(_("What we could not do, and why"), _replies(reply.could_not)),
        "waits": _section(_("What happens now"), [_plain(reply.waits)] if reply.waits and view.findings else []),
        "committees": _section(_("From the children's committees"), _replies(committees)),
        "ask": _section(_("Who to ask"), _people(reply, site)),
        "read": _section(_("How to read this"), [_how_to_read()]),
    }
    names = ("cant-tell", *(name for name, _words in labels.CHANGE_LABELS.values()))
    marks = {name: whole_picture(f"m-{name}") for name in names}
    return Document("view", values, language, {"brand": whole_picture("beads"), **marks})


def _hidden(view: RenderedView, additions: ReviewAdditions | None) -> list[str]:
    """The questions whose ranges are too wide to show a change since the wave or the round before."""
    trends = additions.trends if additions else {}
    return [
        finding.question_text
        for finding in view.findings
        if finding.is_hidden or any(row.is_hidden for row in trends.get(finding.name, ()))
    ]


def _date_lines(publication: Publication) -> list[str]:
    sent = str(_("Sent on %(day)s", day=format_long_day(publication.sent_on))) if publication.sent_on else ""
    return [*filter(None, [sent]), str(_("version %(version)s", version=publication.version))]


def _bars(finding: RenderedFinding, publication: Publication) -> Sequence[Bar]:
    """All lines for a review; for families one bar a question: the good side, now and before."""
    if publication.audience == "review" or not finding.beads:
        return finding.bars
    questions = {question["name"]: question for question in publication.frozen["questions"]}
    return finding.bars[: 2 if questions[finding.name]["lines"][0]["before"] else 1]


def _finding(
    finding: RenderedFinding,
    reply_view: ReplyView,
    bars: Sequence[Bar],
    additions: ReviewAdditions | None,
    *,
    leads: bool,
) -> Values:
    """A question; where it `leads`, the headline is its sentence, and beads below it stand for its only bar."""
    quiet = finding.none_stands_out and not leads and additions is None
    reply = reply_view.to.get(finding.name)
    bars = () if leads and finding.beads and len(bars) == 1 else bars
    return {
        "sentence": "" if leads and finding.beads else finding.sentence,
        "beads": _beads(finding) if leads and finding.beads else None,
        "bars": [] if quiet else [_bar(*bar) for bar in finding.bars_below_sentence(bars)],
        "quiet": str(_("No answer stood out.")) if quiet else "",
        "note": _note(finding, additions),
        "trends": _trends(additions.trends.get(finding.name, ())) if additions else _section("", []),
        "mark": finding.mark,
        "changed": finding.changed,
        "reply": _reply(reply) if reply else None,
    }


def _voices(voices: RenderedVoices) -> Values:
    lines = [" ".join(filter(None, (f"{name}:", words, numbers))) for name, words, numbers, *_band in voices.bars]
    return _section(_("Whose voice is missing in %(year)s", year=voices.year), [*lines, *voices.missing])


def _note(finding: RenderedFinding, additions: ReviewAdditions | None) -> str:
    is_safety_question = additions is not None and finding.name in additions.safety
    return str(_("A question about safety: only this page shows it.")) if is_safety_question else ""


def _trends(trends: Sequence[RenderedTrend]) -> Values:
    lines = [
        {
            "label": trend.label,
            "points": [_bar(*point) for point in trend.points],
            "changes": [{"mark": mark, "words": words} for mark, words in trend.changes],
        }
        for trend in trends
    ]
    return _section(_("Round after round"), lines)


def _beads(finding: RenderedFinding) -> Values:
    low, high, total, words = finding.beads  # type: ignore[misc] # only called if there are some
    beads = band_beads(low, high, total)
    return {"full": beads.full, "perhaps": beads.perhaps, "words": words}


def _bar(label: str, words: str, numbers: str, low: int, high: int, total: int) -> Values:  # noqa: PLR0913, PLR0917 - `Bar`
    beads = band_beads(low, high, total)
    return {"label": label, "words": words, "numbers": numbers, "full": beads.full, "perhaps": beads.perhaps}


def _reply(reply_row: ReplyRow) -> Values:
    kind, begin, words, who = reply_row
    return {"kind": kind, "begin": _plain(begin), "words": _plain(words), "who": _plain(who)}


def _replies(reply_rows: Sequence[ReplyRow]) -> list[Values]:
    return [_reply(reply_row) for reply_row in reply_rows]


def _section(title: object, lines: Sequence[object]) -> Values:
    return {"title": str(title), "lines": list(lines)}


def _people(reply: ReplyView, site: Site) -> list[Values]:
    hours = f"{site.ask_hours} · " if site.ask_number and site.ask_hours else ""
    people = [
        {"name": reply.decider, "number": site.ask_number, "what": hours + str(_("answers what the children said"))}
    ]
    if site.helpline_number:
        helpline = {"name": site.helpline_name, "number": site.helpline_number, "what": site.helpline_hours}
        people.append(helpline)
    return people


def _how_to_read() -> str:
    return str(
        _(
            "Children answered without a name. We give ranges, never exact numbers, so that nobody can find out what "
            "one child said. Full beads: at least so many. Small beads: up to so many. Empty: the rest."
        )
    )


def _plain(words: str) -> str:
    """A text without markup; its language follows from its letters."""
    return words.striptags() if isinstance(words, Markup) else str(words)
