"""Whether a text points at somebody of a site: a representative, an adult, the site itself, or a child's safety."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.people.person_names import names_ever
from youthvoice.accounts.store import list_people
from youthvoice.committees.representatives.store import list_in_office, list_nicknames
from youthvoice.sites.store import list_site_names
from youthvoice.threads import content_check


def find_name_notices(
    session: Session, site_ids: Collection[int], texts: Iterable[str]
) -> list[content_check.ContentNotice]:
    """What in some texts may point at somebody; texts with any of it are not published.

    Args:
        session: only read.
        site_ids: whose children read it; others may read it too, so a site's name counts.
        texts: by adults, in any language.
    """
    sites = sorted(site_ids)
    places = [*list_site_names(session, sites).values()]
    nicknames = list_nicknames(list_in_office(session, sites, context.today()))
    return content_check.find_notices(texts, [*nicknames, *places], names_ever(session, list_people(session, sites)))
