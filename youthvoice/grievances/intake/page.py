"""The page of `/tell`: who reads and who helps, what was sent, and the pictures that open the answer.

Who reads it and the limit are said before the first word is written. Source: DESIGN.md 5, "Telling"; CHILD-UX.md,
"Before telling".
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
from youthvoice.grievances import intake_options
from youthvoice.grievances.intake import rules, submission
from youthvoice.grievances.intake.forms import MAX_HOW_CHARACTERS, NOTHING_TOLD, TellForm
from youthvoice.grievances.intake.receive import ReadersChanged, find_duplicate, store_report
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.labels import danger_label, name_label, names_label
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.case_state import FROM_LOST, ONE_OF_MANY
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts, drawn_attempt
from youthvoice.threads.child_codes.code_page import CodeScreens, render_code_page, render_code_screens
from youthvoice.threads.child_codes.delivery_counts import is_one_of_many
from youthvoice.threads.child_codes.submission_codes import drawn_code
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS, pick_codes, with_files
from youthvoice.threads.readership import everybody_at, forget_readers
from youthvoice.web import assets, page_cache
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt, refusal
from youthvoice.web.graphics import picture_labels, pictures
from youthvoice.web.headers import wants_json, with_microphone

HELPING: Final = frozenset({ADVOCATE, FACILITATOR})

_helpers: Final = AppCache[int, tuple[rules.Helper, ...]](500, seconds=5)


def list_helpers(site_id: int) -> tuple[rules.Helper, ...]:
    """The helpers of a site, by name; asks the database at most every five seconds."""
    return _helpers.get(site_id, lambda: _read_helpers(site_id), good=bool)


def _read_helpers(site_id: int) -> tuple[rules.Helper, ...]:
    with db.reading(db.engine()) as session:
        pictures = pictures_of_adults(list_people(session, [site_id]))
        there = [person for person in list_trusted_people(session, [site_id]) if person.role in HELPING]
        return tuple(rules.Helper(person.id, person.name, pictures[person.id]) for person in there)


IDLE_SECONDS = 300

_pages: Final = page_cache.PageCache(120)


class PossibleReader(NamedTuple):
    """Somebody who may read it: her row of `people`, her name, her role, her picture (OpenMoji)."""

    person_id: int
    name: str
    role: str
    picture: str = ""


NO_READERS = tuple(PossibleReader(0, "-", role) for role in (ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT))
"""Readers of no site: their page holds what every site says, and no name."""


@dataclass(frozen=True, slots=True)
class IntakePageKey:
    """Everything that the page depends on; two that are equal are the same page.

    Attributes:
        site: where the tablet is.
        readers: all who may read it there, advocates first.
        helpers: whom the child may have beside her.
        page: the language that the page speaks.
        sound: what can be heard there: the tablet's own voices, and which clips there are.
    """

    site: Site
    readers: tuple[PossibleReader, ...]
    helpers: tuple[rules.Helper, ...]
    page: str
    sound: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What the pressed page is kept under."""
        return (self.site.id, self.site.version, self.readers, self.helpers, self.page, *self.sound)


def intake_page_key(site: Site, page: str, sound: tuple[object, ...] = ()) -> IntakePageKey:
    """The page of a site as its people are now."""
    readers = tuple(
        PossibleReader(reader.person_id, reader.name, reader.role, reader.picture)
        for reader in everybody_at(site.id).everybody
    )
    return IntakePageKey(site, readers, list_helpers(site.id), page, sound)


def prerendered_intake_page(page_key: IntakePageKey) -> page_cache.PrerenderedPage:
    """The page, rendered when this process sees it for the first time."""
    return _pages.page(page_key.key, lambda hole: render_intake_page(page_key, hole))


def render_intake_page(
    page_key: IntakePageKey,
    sheet: str,
    given: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> str:
    """The page; with everything the child already gave when something could not be taken.

    Args:
        page_key: which page.
        sheet: the sheet's id.
        given: what was sent, by the name of its input.
        refused: why something could not be taken, by screen.
        more: where it is sent, and by whom, when an adult helps at her own desk.
    """
    pictures.page_sprite().take_from(assets.asset_address(pictures.TELL_FILE), pictures.FILES[pictures.TELL_FILE])
    sent = {"sheet": sheet, "given": given or {}, "refused": refused or {}}
    return render_template(
        "grievances/intake/tell.html", **{**_at_a_tablet(), **_of_site(page_key), **sent, **(more or {})}
    )


def _at_a_tablet() -> dict[str, object]:
    """What the page says everywhere."""
    return {
        "action": "/tell",
        "done_href": "/tell/done",
        "front_href": "/language",
        "idle": IDLE_SECONDS,
        "picks": intake_options,
        "when": _when(),
        "calm": _calm(),
        "who_did_it": json.dumps(
            ["either", [["is", "topic", one] for one in sorted(rules.TOPICS_BY_GRAVITY) if one not in rules.EVERYDAY]]
        ),
        "enough": rules.MIN_READERS_INSIDE,
        "most_topics": intake_options.MAX_TOPICS,
        "seconds": MAX_VOICE_SECONDS,
        "most_letters": intake_options.MAX_WORDS_CHARACTERS,
        "most_how": MAX_HOW_CHARACTERS,
        "code_names": [picture_labels.picture_label(picture.name) for screen in SCREENS for picture in screen],
    }


def _of_site(page_key: IntakePageKey) -> dict[str, object]:
    """What belongs to one site: who reads, who helps, where to go in danger."""
    names = names_label([reader.name for reader in page_key.readers if reader.role == ADVOCATE])
    outside = [reader.name for reader in page_key.readers if reader.role == OUTSIDE_RECIPIENT]
    return {
        "readers": page_key.readers,
        "helpers": page_key.helpers,
        "reads": escape(_("%(names)s read it and must answer.")) % {"names": names},
        "reads_later": _("Nobody can read this until the tablet is online."),  # no name: she may have left one out
        "outside_has_it": _outside_has_it(outside),
        "too_few": {why: exclusion_error(why, page_key.site) for why in get_args(rules.ExclusionRefusal)},
        "in_danger": danger_label(page_key.site),
    }


def _when() -> dict[str, str]:
    """When each of them reads it, by role; and what is so of an adult who helps her and whom she leaves out."""
    return {
        "beside": _("helps you now, cannot read it later"),
        ADVOCATE: _("reads it"),
        SAFEGUARDING_LEAD: _("when a child may be hurt"),
        OUTSIDE_RECIPIENT: _("if nobody here answers"),
    }


def _calm() -> str:
    """What is no harm by itself, as `topic/by_whom`: then no safeguarding lead reads it, and the page knows it too."""
    topics, whoever = (("", *pick_codes(one)) for one in (intake_options.TOPICS, intake_options.BY_WHOM))
    pairs = ((topic, by_whom) for topic in topics for by_whom in whoever)
    return " ".join(f"{topic}/{by_whom}" for topic, by_whom in pairs if not rules.is_harm(topic, by_whom, urgent=False))


def _outside_has_it(outside: Sequence[str]) -> Markup:
    if not outside:
        return Markup()
    words = escape(_("Everybody here may be left out. Then %(names)s reads it."))
    return words % {"names": names_label(outside)}


def exclusion_error(why: str, site: Site) -> str:
    """Why people cannot be left out, in words for a child."""
    words = {
        "nobody": _("Then nobody reads it. Let one of them read it, or call %(number)s."),
        "outside_stays": _("Then too few read it. Let one more read it, or call %(number)s."),
    }
    return str(words[why]) % {"number": f"\u2066{site.helpline_number}\u2069"}


def code_screens_of(receipt: submission.ReportReceipt, site: Site) -> CodeScreens:
    """What follows sending a report."""
    return CodeScreens(receipt.code, site, _answers(receipt), str(_("Thank you for telling.")))


def _answers(receipt: submission.ReportReceipt) -> Markup:
    """Who answers by which day; any one of several."""
    names = format_list([str(name_label(name)) for name in receipt.names], "or", get_locale() or "en")
    day = Markup("<b>{} <span class=whole>{}</span></b>").format(
        format_date(receipt.answer_by, "EEEE"), format_date(receipt.answer_by, "d MMMM")
    )
    return escape(_("%(name)s answers by %(day)s.")) % {"name": Markup(names), "day": day}  # noqa: S704 - `named` escaped each


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """Where a child tells: at a tablet of her site, or at the desk of an adult who helps her.

    Attributes:
        site: of hers.
        page: what she is asked.
        language: hers.
        helper: name of the adult whose desk it is; empty at a tablet, where she picks one herself.
        more: what the page of a desk shows besides.
    """

    site: Site
    page: IntakePageKey
    language: str
    helper: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


def submit_report(intake: IntakeContext) -> ResponseReturnValue:
    """Seal what was sent, or say at which screen something could not be taken.

    Whether the channel is open counts when the page is shown. What a child has told by then is taken as long as
    somebody can read it: training that ends at midnight loses nobody's words.
    """
    sheet = read_form_submission_id() or abort(400)
    form = TellForm(with_files(request.form, request.files), (*intake.page.helpers, *_helper_of_then(intake.site)))
    if not form.validate() or form.refused():
        return _asked_again(intake, form, form.refused(), 413 if form.voice.too_large else 422)
    submission = form.told(intake.language)
    if submission.is_empty and is_delivered():  # nobody is there to say more
        return receipt(sheet, late=True)
    if submission.is_empty:
        return _asked_again(intake, form, {"tell": str(NOTHING_TOLD)})
    submission = replace(submission, helper=intake.helper or submission.helper)
    try:
        return _pictures(intake, submission, sheet)
    except rules.CannotBeLeftOut as refused:
        if is_delivered() and (outside := {reader.person_id for reader in everybody_at(intake.site.id).outside}):
            return _pictures(intake, _read_by_too(submission, outside), sheet)
        return _asked_again(intake, form, {"readers": exclusion_error(refused.code, intake.site)})


def _helper_of_then(site: Site) -> tuple[rules.Helper, ...]:
    """The adult who was beside a child at a tablet without a network, though she may have left the site since."""
    named = request.form.get("helper", "")
    if not is_delivered() or not named.isdecimal() or len(named) > 9:  # noqa: PLR2004 - more is no row
        return ()
    with db.reading(db.engine()) as session:
        name = name_at_site(session, int(named), site.id)
    return (rules.Helper(int(named), name),) if name else ()


def _read_by_too(submission: submission.ReportSubmission, outside: Collection[int]) -> submission.ReportSubmission:
    """The same for the people outside: whoever she let read it has left, and she is not there to choose again.

    Source: PRIVACY.md C, "A report": it is wrapped for the outside recipient always.
    """
    none = None if submission.shown is None else submission.shown | frozenset(outside)
    return replace(submission, left_out=submission.left_out - frozenset(outside), shown=none)


def _pictures(intake: IntakeContext, submission: submission.ReportSubmission, sheet: bytes) -> ResponseReturnValue:
    try:
        report, report_receipt = _kept(intake, submission, sheet)
    except ReadersChanged:  # whoever reads was remembered for a few seconds
        forget_readers(intake.site.id)
        report, report_receipt = _kept(intake, submission, sheet)
    db.session().commit()
    if is_delivered():  # she has seen them on the tablet: they travel no more
        return receipt(report.sheet)
    if wants_json():
        return jsonify(
            sheet=report.sheet.hex(), screens=render_code_screens(code_screens_of(report_receipt, intake.site))
        ), 201
    ways = {"done_href": "/tell/done", "front_href": "/language", **intake.more}
    return render_code_page(code_screens_of(report_receipt, intake.site), report.sheet.hex(), ways), 201


def _kept(
    intake: IntakeContext, report_submission: submission.ReportSubmission, sheet: bytes
) -> tuple[submission.NewReport, submission.ReportReceipt]:
    new_report = submission.new_report(
        intake.site, report_submission, sheet, everybody_at(intake.site.id), context.now()
    )
    tablet = current_tablet()
    new_report = replace(new_report, drawn=drawn_code() if tablet else None, has_seen=is_delivered())
    if tablet is not None and tablet.is_lost:
        new_report = replace(new_report, marks=new_report.marks.flagged(FROM_LOST))
    report_receipt = find_duplicate(new_report, context.now())
    if report_receipt is None:
        if tablet is not None and is_one_of_many(tablet):
            new_report = replace(new_report, marks=new_report.marks.flagged(ONE_OF_MANY))
        report_receipt = _stored(new_report, tablet)
    return new_report, report_receipt or find_duplicate(new_report, context.now()) or abort(409)


def _stored(new_report: submission.NewReport, tablet: CurrentTablet | None) -> submission.ReportReceipt | None:
    """Write it, with the code that the tablet drew; not where codes of that tablet were in use again and again.

    Whoever makes one up sees by other pictures that it is in use. So each is a try: three a day, and the house draws.
    Of what is delivered nobody sees what became of its code.
    """
    if tablet is None or new_report.drawn is None or new_report.has_seen:
        return store_report(db.session(), new_report)
    try:
        with drawn_attempt(tablet) as tried:
            receipt = store_report(db.session(), new_report)
            db.session().commit()
            tried.right = receipt is None or receipt.code == new_report.drawn
    except TooManyCodeAttempts:
        return store_report(db.session(), replace(new_report, drawn=None))
    return receipt


def _asked_again(
    intake: IntakeContext, form: TellForm, refused: dict[str, str], status: int = 422
) -> ResponseReturnValue:
    if wants_json():
        return refusal(refused, status)
    intake_page = render_intake_page(intake.page, str(request.form["sheet"]), form.given(), refused, intake.more)
    return with_microphone(make_response(intake_page, status))
