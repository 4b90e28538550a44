"""The page `/tell`: its content, the submission of a report, and the picture code that opens the answer.

The page names the readers and the limits of secrecy before the first question.
Source: DESIGN.md 5, "Telling"; CHILD-UX.md, "Before telling".
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, get_args

from babel.lists import format_list
from flask import abort, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale, gettext as _
from markupsafe import Markup, escape

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE, FACILITATOR, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.accounts.store import list_people, list_trusted_people, name_at_site, pictures_of_adults
from youthvoice.context import AppCache
from youthvoice.grievances.intake import intake_options, rules
from youthvoice.grievances.intake.forms import MAX_HOW_CHARACTERS, NOTHING_TOLD, TellForm
from youthvoice.grievances.intake.receive import ReadersChanged, find_duplicate, store_report
from youthvoice.grievances.intake.submission import NewReport, ReportReceipt, ReportSubmission, make_new_report
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.labels import danger_label, name_label, names_label
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.case_state import FROM_LOST, ONE_OF_MANY
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts, drawn_attempt
from youthvoice.threads.child_codes.code_page import CodeScreens, render_code_page, render_code_screens
from youthvoice.threads.child_codes.delivery_counts import count_delivery
from youthvoice.threads.child_codes.submission_codes import drawn_code
from youthvoice.threads.child_fields import IDLE_SECONDS, MAX_VOICE_SECONDS, pick_codes, with_files
from youthvoice.threads.readership import everybody_at, forget_readers
from youthvoice.web import assets, page_cache
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt, refusal
from youthvoice.web.graphics import picture_labels, pictures
from youthvoice.web.headers import wants_json, with_microphone
from youthvoice.web.i18n.formats import format_short_day

HELPING: Final = frozenset({ADVOCATE, FACILITATOR})

_helpers: Final = AppCache[int, tuple[rules.Helper, ...]](500, seconds=5)


def list_helpers(site_id: int) -> tuple[rules.Helper, ...]:
    """The helpers of a site, by name; reads the database at most every five seconds."""
    return _helpers.get(site_id, lambda: _read_helpers(site_id), good=bool)


def _read_helpers(site_id: int) -> tuple[rules.Helper, ...]:
    with db.reading(db.engine()) as session:
        pictures = pictures_of_adults(list_people(session, [site_id]))
        helpers = [person for person in list_trusted_people(session, [site_id]) if person.role in HELPING]
        return tuple(rules.Helper(person.id, person.name, pictures[person.id]) for person in helpers)


_pages: Final = page_cache.PageCache(120)


class PossibleReader(NamedTuple):
    """An adult who may read a report: row of `people`, name, role, picture (OpenMoji)."""

    person_id: int
    name: str
    role: str
    picture: str = ""


NO_READERS = tuple(PossibleReader(0, "-", role) for role in (ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT))
"""Readers for the page of no site, which holds only what every site's page says, and no name."""


@dataclass(frozen=True, slots=True)
class IntakePageKey:
    """Everything that the page depends on; equal keys have the same page.

    Attributes:
        site: of the tablet.
        readers: everybody who may read a report there, advocates first.
        helpers: adults who may sit beside the child.
        page: language of the page.
        sound: what can be played there: the tablet's voices, and the version of the clips.
    """

    site: Site
    readers: tuple[PossibleReader, ...]
    helpers: tuple[rules.Helper, ...]
    page: str
    sound: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """The cache key of the rendered page."""
        return (self.site.id, self.site.version, self.readers, self.helpers, self.page, *self.sound)


def intake_page_key(site: Site, page: str, sound: tuple[object, ...] = ()) -> IntakePageKey:
    """The page of a site with its present readers and helpers."""
    readers = tuple(
        PossibleReader(reader.person_id, reader.name, reader.role, reader.picture)
        for reader in everybody_at(site.id).everybody
    )
    return IntakePageKey(site, readers, list_helpers(site.id), page, sound)


def prerendered_intake_page(page_key: IntakePageKey) -> page_cache.PrerenderedPage:
    """The page from the cache; rendered where the cache does not have it."""
    return _pages.page(page_key.key, lambda hole: render_intake_page(page_key, hole))


def render_intake_page(
    page_key: IntakePageKey,
    submission_id: str,
    values: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> str:
    """The page; with what the child sent where something could not be accepted.

    Args:
        page_key: which page.
        submission_id: in hexadecimal digits.
        values: what was sent, by the name of its input.
        refused: errors, by screen.
        more: what differs where an adult helps at a computer: the address to send to, and the adult.
    """
    pictures.page_sprite().take_from(assets.asset_address(pictures.TELL_FILE), pictures.FILES[pictures.TELL_FILE])
    sent = {"sheet": submission_id, "given": values or {}, "refused": refused or {}}
    return render_template(
        "grievances/intake/tell.html", **{**_common_values(), **_site_values(page_key), **sent, **(more or {})}
    )


def _common_values() -> dict[str, object]:
    """Template variables that are the same everywhere."""
    return {
        "action": "/tell",
        "done_href": "/tell/done",
        "front_href": "/language",
        "idle": IDLE_SECONDS,
        "picks": intake_options,
        "when": _reading_labels(),
        "calm": _everyday_pairs(),
        "who_did_it": json.dumps(
            [
                "either",
                [["is", "topic", topic] for topic in sorted(rules.TOPICS_BY_GRAVITY) if topic not in rules.EVERYDAY],
            ]
        ),
        "enough": rules.MIN_READERS_INSIDE,
        "most_topics": intake_options.MAX_TOPICS,
        "seconds": MAX_VOICE_SECONDS,
        "most_letters": intake_options.MAX_WORDS_CHARACTERS,
        "most_how": MAX_HOW_CHARACTERS,
        "code_names": [picture_labels.picture_label(picture.name) for screen in SCREENS for picture in screen],
    }


def _site_values(page_key: IntakePageKey) -> dict[str, object]:
    """Template variables of one site: who reads, who helps, where to go in danger."""
    names = names_label([reader.name for reader in page_key.readers if reader.role == ADVOCATE])
    outside = [reader.name for reader in page_key.readers if reader.role == OUTSIDE_RECIPIENT]
    return {
        "readers": page_key.readers,
        "helpers": page_key.helpers,
        "reads": escape(_("%(names)s read it and must answer.")) % {"names": names},
        "reads_later": _(
            "Nobody can read this until the tablet is online."
        ),  # no name: the child may have left that adult out
        "outside_has_it": _outside_has_it(outside),
        "too_few": {why: exclusion_error(why, page_key.site) for why in get_args(rules.ExclusionRefusal)},
        "in_danger": danger_label(page_key.site),
        "words_only": page_key.site.strip_words,
    }


def _reading_labels() -> dict[str, str]:
    """When each of the readers gets to read it, by role; `beside` is for a helper whom the child leaves out."""
    return {
        "beside": _("helps you now, cannot read it later"),
        ADVOCATE: _("reads it"),
        SAFEGUARDING_LEAD: _("when a child may be hurt"),
        OUTSIDE_RECIPIENT: _("if nobody here answers"),
    }


def _everyday_pairs() -> str:
    """The pairs `topic/by_whom` that are no harm, so that no safeguarding lead reads the report; for the script."""
    topics, people = (("", *pick_codes(picks)) for picks in (intake_options.TOPICS, intake_options.BY_WHOM))
    pairs = ((topic, by_whom) for topic in topics for by_whom in people)
    return " ".join(f"{topic}/{by_whom}" for topic, by_whom in pairs if not rules.is_harm(topic, by_whom, urgent=False))


def _outside_has_it(outside: Sequence[str]) -> Markup:
    if not outside:
        return Markup()
    words = escape(_("Everybody here may be left out. Then %(names)s reads it."))
    return words % {"names": names_label(outside)}


def exclusion_error(why: str, site: Site) -> str:
    """Why these people cannot be left out, worded for a child."""
    words = {
        "nobody": _("Then nobody reads it. Let one of them read it, or call %(number)s."),
        "outside_stays": _("Then too few read it. Let one more read it, or call %(number)s."),
    }
    return str(words[why]) % {"number": f"\u2066{site.helpline_number}\u2069"}


def code_screens_of(receipt: ReportReceipt, site: Site) -> CodeScreens:
    """The screens after a report was sent: thanks, and the picture code."""
    return CodeScreens(receipt.code, site, _answers(receipt), str(_("Thank you for telling.")))


def _answers(receipt: ReportReceipt) -> Markup:
    """Who answers by which day; "or" between several names."""
    names = format_list([str(name_label(name)) for name in receipt.names], "or", get_locale() or "en")
    day = Markup("<b>{} <span class=whole>{}</span></b>").format(
        format_date(receipt.answer_by, "EEEE"), format_short_day(receipt.answer_by)
    )
    return escape(_("%(name)s answers by %(day)s.")) % {"name": Markup(names), "day": day}  # noqa: S704 - `name_label` escaped each


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """Where a child tells: at a tablet of the site, or at the computer of an adult who helps.

    Attributes:
        site: of the child.
        page: key of the page that the child sees.
        language: of the child.
        helper: name of the adult at whose computer it is; empty at a tablet, where the child picks a helper.
        more: additional template variables at a helper's computer.
    """

    site: Site
    page: IntakePageKey
    language: str
    helper: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


def submit_report(intake: IntakeContext) -> ResponseReturnValue:
    """Seal and store what was sent, or show the screen where something could not be accepted.

    Whether the channel is open is checked when the page is shown, not here. A report is accepted as long as somebody
    can read it: training that ends at midnight loses no child's words.
    """
    submission_id = read_form_submission_id() or abort(400)
    form = TellForm(with_files(request.form, request.files), (*intake.page.helpers, *_offline_helper(intake.site)))
    if not form.validate() or form.refused():
        return _show_again(intake, form, form.refused(), 413 if form.voice.too_large else 422)
    submission = form.submission(intake.language)
    if submission.is_empty and is_delivered():  # delivered later: the child is not there to add anything
        return receipt(submission_id, late=True)
    if submission.is_empty:
        return _show_again(intake, form, {"tell": str(NOTHING_TOLD)})
    submission = replace(submission, helper=intake.helper or submission.helper)
    try:
        return _store_and_show_code(intake, submission, submission_id)
    except rules.CannotBeLeftOut as refused:
        if is_delivered() and (outside := {reader.person_id for reader in everybody_at(intake.site.id).outside}):
            return _store_and_show_code(intake, _with_outside_readers(submission, outside), submission_id)
        return _show_again(intake, form, {"readers": exclusion_error(refused.code, intake.site)})


def _offline_helper(site: Site) -> tuple[rules.Helper, ...]:
    """The adult who helped a child at a tablet without a network, even if that adult has left the site since."""
    named = request.form.get("helper", "")
    if not is_delivered() or not named.isdecimal() or len(named) > 9:  # noqa: PLR2004 - more is no row
        return ()
    with db.reading(db.engine()) as session:
        name = name_at_site(session, int(named), site.id)
    return (rules.Helper(int(named), name),) if name else ()


def _with_outside_readers(submission: ReportSubmission, outside: Collection[int]) -> ReportSubmission:
    """The submission, readable by the outside recipients: the readers whom the child chose have left the site.

    The child is not there to choose again. Source: PRIVACY.md C, "A report": it is always wrapped for the outside
    recipient.
    """
    none = None if submission.shown is None else submission.shown | frozenset(outside)
    return replace(submission, left_out=submission.left_out - frozenset(outside), shown=none)


def _store_and_show_code(
    intake: IntakeContext, submission: ReportSubmission, submission_id: bytes
) -> ResponseReturnValue:
    try:
        new_report, report_receipt = _receive(intake, submission, submission_id)
    except ReadersChanged:  # the cached readers are a few seconds old
        forget_readers(intake.site.id)
        new_report, report_receipt = _receive(intake, submission, submission_id)
    db.session().commit()
    if is_delivered():  # the child has seen the pictures on the tablet: they are not sent
        return receipt(new_report.submission_id)
    if wants_json():
        return jsonify(
            sheet=new_report.submission_id.hex(),
            screens=render_code_screens(code_screens_of(report_receipt, intake.site)),
        ), 201
    ways = {"done_href": "/tell/done", "front_href": "/language", **intake.more}
    return render_code_page(code_screens_of(report_receipt, intake.site), new_report.submission_id.hex(), ways), 201


def _receive(
    intake: IntakeContext, submission: ReportSubmission, submission_id: bytes
) -> tuple[NewReport, ReportReceipt]:
    new_report = make_new_report(intake.site, submission, submission_id, everybody_at(intake.site.id), context.now())
    tablet = current_tablet()
    new_report = replace(new_report, tablet_code=drawn_code() if tablet else None, code_seen=is_delivered())
    if tablet is not None and tablet.is_lost:
        new_report = replace(new_report, case=new_report.case.flagged(FROM_LOST))
    report_receipt = find_duplicate(new_report, context.now())
    if report_receipt is None:
        if tablet is not None and _is_one_of_many(tablet):
            new_report = replace(new_report, case=new_report.case.flagged(ONE_OF_MANY))
        report_receipt = _store(new_report, tablet)
    return new_report, report_receipt or find_duplicate(new_report, context.now()) or abort(409)


def _is_one_of_many(tablet: CurrentTablet) -> bool:
    """Count a report of a tablet today; True when it is over `MANY_REPORTS`. Reports by pass alone count separately.

    A thief of the rows learns no day on which somebody reported, which the rows of reports show anyway. For two days he
    learns that a tablet sent some, but not which tablet.
    """
    kind = "told by pass" if tablet.by_pass_alone else "told"
    return not count_delivery(tablet.tablet_id, kind, 1, rules.MANY_REPORTS)


def _store(new_report: NewReport, tablet: CurrentTablet | None) -> ReportReceipt | None:
    """Store the report with the code that the tablet drew; after too many codes in use, with a code of the server.

    A tablet with a made-up code learns from other pictures that the code is in use. So each attempt counts: three a
    day, then the server draws the code. A delivered report tells the tablet nothing, so it does not count.
    """
    if tablet is None or new_report.tablet_code is None or new_report.code_seen:
        return store_report(db.session(), new_report)
    try:
        with drawn_attempt(tablet) as tried:
            receipt = store_report(db.session(), new_report)
            db.session().commit()
            tried.right = receipt is None or receipt.code == new_report.tablet_code
    except TooManyCodeAttempts:
        return store_report(db.session(), replace(new_report, tablet_code=None))
    return receipt


def _show_again(
    intake: IntakeContext, form: TellForm, refused: dict[str, str], status: int = 422
) -> ResponseReturnValue:
    if wants_json():
        return refusal(refused, status)
    intake_page = render_intake_page(intake.page, str(request.form["sheet"]), form.values(), refused, intake.more)
    return with_microphone(make_response(intake_page, status))
