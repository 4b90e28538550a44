"""Connect the form that opens rounds with the rules: options, errors, the summary, and requests to a second adult."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import SelectChoice

from youthvoice import context
from youthvoice.access.guard import Caller, current_caller
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts import agreement
from youthvoice.accounts.agreement import RequestKind
from youthvoice.accounts.store import find_person, list_trusted_people
from youthvoice.errors import ConcurrentUpdate
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.sites.store import declare_groups_apart, find_site, list_groups, list_site_names
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires import store as questionnaires_store
from youthvoice.surveys.questionnaires.labels import PURPOSE_LABELS
from youthvoice.surveys.rounds import labels, store
from youthvoice.surveys.rounds.entities import CARD, RUNS_ON, Round, Span
from youthvoice.surveys.rounds.forms import OPENING_STEPS, OpenRoundForm, lacks_purpose
from youthvoice.surveys.rounds.opening import OpeningRefused, check_opening, open_confirmed_rounds, propose_repeat
from youthvoice.surveys.rounds.opening_drafts import OpeningDraft, begin_draft
from youthvoice.surveys.rounds.rules import RoundOpening, RuleRefusal
from youthvoice.surveys.rounds.split import split_question
from youthvoice.surveys.rounds.status import waves_of_round
from youthvoice.web.form_page import add_error
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_day, join_list


class OpeningLine(NamedTuple):
    """One line of the summary that two adults confirm: its field, its label, its value."""

    field: str
    label: str
    words: str


def fill_opening_choices(session: Session, form: OpenRoundForm, site_ids: Collection[int]) -> None:
    """Fill the lists to choose from: approved questionnaires, the user's sites, adults who work there."""
    approved = questionnaires_store.list_approved_questionnaires(session)
    choose = SelectChoice(0, _("Choose"))
    form.questionnaire.choices = [
        choose,
        *(
            SelectChoice(questionnaire_row.id, _title_with_version(session, questionnaire_row))
            for questionnaire_row in approved
        ),
    ]
    form.sites.offer(list_site_names(session, site_ids))
    everybody = SelectChoice("", _("Everybody there"))
    of_one = list_groups(session, form.sites_here[0]) if len(form.sites_here) == 1 else []
    form.group.choices = [everybody, *(SelectChoice(group.name, group.name) for group in of_one)]
    adults = list_trusted_people(session, form.sites_here if form.sites.search else site_ids)
    form.decider.choices = [choose, *(SelectChoice(person.id, person.name) for person in adults)]
    if form.questionnaire.data in {questionnaire_row.id for questionnaire_row in approved}:
        form.questions = questionnaires_store.load_questionnaire(session, form.questionnaire.data)
    splitting = form.questions.splitting if form.questions else ()
    form.split.choices = [
        SelectChoice("", _("No: everybody together")),
        *(SelectChoice(question.split, labels.split_label(question, languages.chosen())) for question in splitting),
    ]


def _title_with_version(session: Session, questionnaire_row: QuestionnaireRow) -> str:
    """The title in the reader's language, with the version as commands name it."""
    title = questionnaires_store.load_questionnaire(session, questionnaire_row.id).title_in(languages.chosen())
    return f"{title} · {questionnaires_store.version_label(questionnaire_row)}"


def to_round_opening(session: Session, form: OpenRoundForm, first: int) -> RoundOpening:
    """Make the opening that a form describes, signed by the first adult.

    Its questions and its sites must be valid. Fields that come later get a harmless value as long as they are empty, so
    that no rule refuses them.
    """
    first_site = find_site(session, form.sites.data[0])
    zone, now = first_site.time_zone if first_site else "UTC", context.now()
    days = form.days(context.today(zone))
    spans = tuple(Span.of_days(wave, from_day, last, zone, now) for wave, from_day, last in days)
    return RoundOpening(
        questionnaire_id=form.questionnaire.data,
        purpose=form.purpose_wanted,
        link=form.link_wanted,
        spans=spans,
        site_ids=tuple(form.sites.data),
        time_zone=zone,
        invited=0 if form.purpose_wanted in RUNS_ON else form.invited.data or MIN_BATCH,
        permission=(form.permission.data or "").strip(),
        decider_id=form.decider.data or first,
        answer_due=form.due.data or date.max,
        opened_by=first,
        group_name=form.group_wanted,
        split=form.split_wanted,
        slips=form.purpose_wanted not in RUNS_ON and bool(form.slips.data),
    )


class UnfinishedRound(NamedTuple):
    """A draft of a round: its name; its title, sites and days, empty where they are not chosen yet."""

    name: str
    title: str
    sites: str
    days: str


def describe_draft(session: Session, name: str, draft: OpeningDraft, site_ids: Collection[int]) -> UnfinishedRound:
    """What a list says of an unfinished round."""
    first, last = ((draft.get(field) or [""])[0] for field in ("starts", "until"))
    chosen = (draft.get("questionnaire") or ["0"])[0]
    questionnaire_row = (
        questionnaires_store.find_stored_questionnaire(session, int(chosen)) if chosen.isdecimal() else None
    )
    questionnaire = (
        questionnaires_store.load_questionnaire(session, questionnaire_row.id)
        if questionnaire_row and questionnaire_row.approved_on
        else None
    )
    title = questionnaire.title_in(languages.chosen()) if questionnaire else ""
    chosen_ids = draft.get("sites", ())
    places = [place for site_id, place in list_site_names(session, site_ids).items() if str(site_id) in chosen_ids]
    days = [format_day(day) for iso_day in (first, last) if (day := _read_day(iso_day))]
    return UnfinishedRound(name, title, join_list(places), " – ".join(days))


def _read_day(iso_day: str) -> date | None:
    try:
        return date.fromisoformat(iso_day)
    except ValueError:
        return None


_FIELD_OF = {"pair": "times", "purpose": "questionnaire"}
"""The field of the form at which a refusal is shown, where it has another name than the refusal's `at`."""


def add_opening_error(form: OpenRoundForm, refusal: RuleRefusal, step: str = "") -> bool:
    """Show a refusal at its field; returns whether the field is on the given page.

    A question that was asked already is also shown with the days, since another quarter is a way out.
    """
    name = _FIELD_OF.get(refusal.at, refusal.at)
    if step == "days" and refusal.code == "asked_already":
        name = "starts"
    if step == "place" and name == "questionnaire" and refusal.code != "asked_already":
        name = "sites"
    if step and name not in form.fields_of(step):
        return False
    add_error(form, name, labels.opening_message(refusal))
    if labels.may_be_apart(refusal):
        form.site_to_part = form.sites_here[0]
    return True


def step_of_field(field: str) -> str:
    """The page that asks a field."""
    return next(step for step, names in OPENING_STEPS.items() if field in names)


def opening_lines(session: Session, opening: RoundOpening) -> Iterator[OpeningLine]:
    """Every fixed value in words, as both adults read it before they agree."""
    questionnaire_row = questionnaires_store.find_stored_questionnaire(session, opening.questionnaire_id)
    yield OpeningLine(
        "questionnaire",
        _("Questionnaire"),
        _title_with_version(session, questionnaire_row) if questionnaire_row else "",
    )
    questionnaire = (
        questionnaires_store.load_questionnaire(session, questionnaire_row.id) if questionnaire_row else None
    )
    chosen = "purpose" if questionnaire is not None and lacks_purpose(questionnaire) else "questionnaire"
    yield OpeningLine(chosen, _("Purpose"), str(PURPOSE_LABELS[opening.purpose]))
    if opening.link == "sheet":
        yield OpeningLine("questionnaire", _("How often"), _("Once; each child answers “before” and “now” together"))
    elif opening.purpose in {"regular", "awareness"}:
        times = _("Twice, before and after; it counts as one asking") if len(opening.spans) > 1 else _("Once")
        yield OpeningLine("times", _("How often"), times)
    sites = list_site_names(session, opening.site_ids)
    yield OpeningLine(
        "sites", _("Where"), join_list([sites[site_id] for site_id in opening.site_ids if site_id in sites])
    )
    if opening.group_name:
        yield OpeningLine("group", _("Who is asked?"), opening.group_name)
    yield from _day_lines(opening)
    if opening.purpose not in RUNS_ON:
        yield OpeningLine("invited", _("Children invited"), str(opening.invited))
        if len(opening.spans) > 1:
            cards = opening.link == CARD
            words = _("By cards; only who answered both times is counted") if cards else _("No")
            yield OpeningLine("link", _("Both answers of a child put together"), words)
        if opening.split and questionnaire is not None:
            question = split_question(questionnaire, opening.split)
            words = labels.split_label(question, languages.chosen()) if question else opening.split
            yield OpeningLine("split", _("View in parts"), words)
        yield OpeningLine("slips", _("Slips"), _("Only an answer with a slip counts") if opening.slips else _("None"))
    yield OpeningLine("permission", _("Permission on file"), opening.permission)
    decider = find_person(session, opening.decider_id)
    yield OpeningLine("decider", _("Who answers the children"), decider.name if decider else "")
    yield OpeningLine("due", _("Answer due"), format_day(opening.answer_due))


def _day_lines(opening: RoundOpening) -> Iterator[OpeningLine]:
    fields = (("starts", "until"), ("after_from", "after_until"))
    pairs = (_("First day"), _("Last day")), (_("First day of the round after"), _("Last day of the round after"))
    for span, names, day_labels in zip(opening.spans, fields, pairs, strict=False):
        yield OpeningLine(names[0], day_labels[0], format_day(span.first_day(opening.time_zone)))
        yield OpeningLine(names[1], day_labels[1], format_day(span.last_day(opening.time_zone)))


CHECKED: Final = "checked"
"""In a draft: the last page was reached, so each changed page leads back there."""


def draft_of_opening(opening: RoundOpening) -> OpeningDraft:
    """The draft of an opening, so that the first adult can correct it from the last page."""
    fields = (("starts", "until"), ("after_from", "after_until"))
    days = {
        name: [day.isoformat()]
        for span, names in zip(opening.spans, fields, strict=False)
        for name, day in zip(names, (span.first_day(opening.time_zone), span.last_day(opening.time_zone)), strict=True)
    }
    values_by_field = {
        "questionnaire": [str(opening.questionnaire_id)],
        "purpose": [opening.purpose],
        "times": ["twice" if len(opening.spans) > 1 else "once"],
        "sites": [str(site_id) for site_id in opening.site_ids],
        "group": [opening.group_name],
        **days,
        "invited": [str(opening.invited)] if opening.invited else [],
        "link": [opening.link] if opening.link == CARD else [],
        "split": [opening.split] if opening.split else [],
        "slips": ["y"] if opening.slips else [],
        "permission": [opening.permission],
        "decider": [str(opening.decider_id)],
        "due": [opening.answer_due.isoformat()],
        CHECKED: ["1"],
    }
    return {name: values for name, values in values_by_field.items() if any(values)}


def draft_again(session: Session, round_: Round, person_id: int) -> OpeningDraft:
    """The draft that repeats a round; the number invited and the permission are left empty."""
    first = find_site(session, round_.site_ids[0])
    waves = waves_of_round(session, round_)
    return draft_of_opening(propose_repeat(session, waves, first.time_zone if first else "UTC", person_id))


class OpenRoundRequest:
    """A request to a second adult to open a round, or the two of a pair."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """The title of the request."""
        opening = RoundOpening.from_json(data["opening"])
        questions_title = questionnaires_store.load_questionnaire(session, opening.questionnaire_id).title_in(
            languages.chosen()
        )
        title = f"{questions_title} · {opening.group_name}" if opening.group_name else questions_title
        return str(_("Open a round: %(title)s", title=title))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """The summary that the first adult confirmed, and the notices."""
        opening = RoundOpening.from_json(data["opening"])
        opening_check = check_opening(session, opening)
        lines = [
            agreement.RequestLine(opening_line.label, opening_line.words)
            for opening_line in opening_lines(session, opening)
        ]
        if current_caller().may("questionnaires.see"):
            screens = url_for("questionnaires.detail", questionnaire_id=opening.questionnaire_id)
            lines[0] = lines[0]._replace(href=screens)
        return [
            *lines,
            *(
                agreement.RequestLine(_("To know"), labels.opening_message(refusal))
                for refusal in opening_check.notices
            ),
        ]

    def correct(self, session: Session, data: Mapping[str, Any], first: Caller) -> str:
        """The page on which the first adult corrects the opening, filled with its values."""
        return url_for("rounds.check_opening") if _restore_draft(session, data, first) else ""

    def lay_aside(self, session: Session, data: Mapping[str, Any], first: Caller) -> str:
        """The list of unfinished rounds, to which the opening is added."""
        return url_for("rounds.index", _anchor="unfinished") if _restore_draft(session, data, first) else ""

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Check the opening again as of now, and open its rounds."""
        first = agreement.first_caller(session, agreement_request)
        if not first.may("rounds.open"):
            raise agreement.CannotBeDone(_("The person who asked can no longer open rounds."))
        opening, log = RoundOpening.from_json(agreement_request.data["opening"]), agreement.log_of_first(first)
        try:
            rounds = open_confirmed_rounds(session, opening, second.person_id, log)
        except OpeningRefused as error:
            raise agreement.CannotBeDone(
                " ".join(labels.opening_message(refusal) for refusal in error.refusals)
            ) from None
        return agreement.RequestOutcome(url_for("rounds.detail", slug=rounds[0].slug), second.may("rounds.see"))


def _restore_draft(session: Session, data: Mapping[str, Any], first: Caller) -> bool:
    return begin_draft(session, first.person_id, draft_of_opening(RoundOpening.from_json(data["opening"])))


class InvitedChildrenRequest:
    """A request to confirm how many children a care round invited since its last closing."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as RequestKind
        """The title of the request."""
        return str(_("Before a closing"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """The round, and the number."""
        round_ = store.find_round(session, data["slug"])
        label = labels.round_label(round_, languages.chosen()) if round_ else data["slug"]
        number = agreement.RequestLine(
            _("Children admitted (or released) since the last closing"), str(data["invited"])
        )
        return [agreement.RequestLine(_("Round"), label), number]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Store the number with the names of both adults."""
        first, round_ = (
            agreement.first_caller(session, agreement_request),
            store.find_round(session, agreement_request.data["slug"]),
        )
        if round_ is None or not first.may("rounds.open"):
            raise agreement.CannotBeDone(_("The person who asked can no longer do this."))
        try:
            store.set_invited_children(
                session, round_, agreement_request.data["invited"], second.person_id, agreement.log_of_first(first)
            )
        except ConcurrentUpdate:
            raise agreement.CannotBeDone(_("This round has closed since you opened this page.")) from None
        return agreement.RequestOutcome(url_for("rounds.detail", slug=round_.slug), second.may("rounds.see"))


class GroupsApartRequest:
    """A request to confirm that some groups share no child, so that each may be asked the same in one quarter (T9)."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as RequestKind
        """The title of the request."""
        return str(_("Groups that share no child"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """The site, the groups, and what follows."""
        site = find_site(session, data["site"])
        group_names = join_list(
            [group.name for group in list_groups(session, data["site"]) if group.id in data["groups"]]
        )
        return [
            agreement.RequestLine(_("Site"), site.name if site else ""),
            agreement.RequestLine(_("Groups"), group_names),
            agreement.RequestLine(_("What you say"), _("No child is in two of these groups.")),
            agreement.RequestLine(
                _("To know"),
                _(
                    "Then each may be asked the same questions in one quarter. Were a child in two of them, somebody "
                    "could work out what she said. It ends when one of them is removed."
                ),
            ),
        ]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Store the declaration, unless a group was removed or the second adult is no longer an advocate."""
        first, site = (
            agreement.first_caller(session, agreement_request),
            find_site(session, agreement_request.data["site"]),
        )
        if site is None or not first.may("rounds.open"):
            raise agreement.CannotBeDone(_("The person who asked can no longer do this."))
        if second.role != ADVOCATE:
            raise agreement.CannotBeDone(_("A child advocate has to agree."))
        if not declare_groups_apart(session, site.id, agreement_request.data["groups"]):
            raise agreement.CannotBeDone(_("One of these groups no longer exists."))
        groups = " ".join(str(group) for group in sorted(agreement_request.data["groups"]))
        subject = f"{site.slug} with {second.person_id}: {groups}"
        agreement.log_of_first(first).add(session, "groups.apart", subject[:120])
        return agreement.RequestOutcome(url_for("rounds.apart", site_id=site.id), second.may("rounds.open"))


ROUND_REQUEST_KINDS: Final[Mapping[str, RequestKind]] = {
    "round": OpenRoundRequest(),
    "care": InvitedChildrenRequest(),
    "apart": GroupsApartRequest(),
}
