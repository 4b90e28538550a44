"""Between the form and the rules of school sessions: what can be chosen, what was chosen, what was refused."""

from collections.abc import Collection, Iterator

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.accounts.store import list_people_trusted_now
from youthvoice.sites.store import list_sites
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.labels import round_label
from youthvoice.surveys.rounds.store import find_round, list_rounds, list_rounds_of_pair
from youthvoice.surveys.school_sessions.forms import SESSION_MESSAGES, SchoolSessionForm
from youthvoice.surveys.school_sessions.store import SchoolSessionDraft, session_refusals
from youthvoice.web.form_page import add_error
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import in_every_language


def fill_session_choices(session: Session, form: SchoolSessionForm, site_ids: Collection[int]) -> None:
    """What can be chosen: the caller's sites, adults who work there, rounds about a session."""
    sites = [(site.id, site.name) for site in list_sites(session, site_ids)]
    adults = [(person.id, person.name) for person in list_people_trusted_now(session, site_ids)]
    form.offer(sites, adults, _askings(session, site_ids))


def _askings(session: Session, site_ids: Collection[int]) -> Iterator[tuple[str, str]]:
    """Pairs and single sheets about a session, the newest first."""
    asked = [facts for facts in list_rounds(session, site_ids) if facts.purpose == "awareness"]
    by_pair: dict[str, list[Round]] = {}
    for facts in reversed(asked):
        by_pair.setdefault(facts.pair or facts.slug, []).insert(0, facts)
    for together in by_pair.values():
        title = " + ".join(round_label(facts, languages.chosen()) for facts in together)
        yield rounds_value(together), f"{title} · {', '.join(facts.slug for facts in together)}"


def rounds_value(together: Collection[Round]) -> str:
    """The rounds of one asking as the form names them."""
    return ",".join(str(facts.id) for facts in together)


def initial_session_data(session: Session, slug: str, site_ids: Collection[int]) -> dict[str, object]:
    """What stands in the form when somebody comes from a round."""
    facts = find_round(session, slug) if slug else None
    if facts is None or not set(facts.site_ids) & set(site_ids):
        return {}
    together = list_rounds_of_pair(session, facts.pair) if facts.pair else [facts]
    site_id = next(one for one in facts.site_ids if one in site_ids)
    return {
        "site": site_id,
        "permission": facts.permission,
        "owner": facts.decider_id,
        "due": together[-1].answer_due,
        "rounds": rounds_value(together),
    }


def to_session_draft(form: SchoolSessionForm) -> SchoolSessionDraft:
    """What a valid form says."""
    rows = [int(row) for row in form.rounds.data.split(",") if row]
    return SchoolSessionDraft(
        site_id=form.site.data,
        school=(form.school.data or "").strip(),
        class_name=(form.class_name.data or "").strip(),
        day=form.day.data,
        permission=(form.permission.data or "").strip(),
        held_by=form.held_by.data,
        before_id=rows[0] if rows else None,
        after_id=rows[1] if len(rows) > 1 else None,
        owner_id=form.owner.data,
        due=form.due.data,
    )


def add_session_errors(form: SchoolSessionForm, draft: SchoolSessionDraft) -> bool:
    """Say at its box whatever keeps a session from being written down; False where nothing does."""
    found = list(session_refusals(draft))
    for one in found:
        add_error(form, one.at, str(SESSION_MESSAGES[one.code]) % one.values)
    return bool(found)


def session_subject(draft: SchoolSessionDraft) -> dict[str, str]:
    """What is owed is called so, in every language the house speaks."""
    at = {"school": draft.school, "class": draft.class_name}
    if draft.school:
        return in_every_language(lambda: _("the session at %(school)s, %(class)s", **at))
    return in_every_language(lambda: _("the session with %(class)s", **at))
