"""Once a year, on the first of February of each site, its year of reports is frozen."""

from youthvoice import context as running
from youthvoice import db
from youthvoice.grievances.statistics import rules as figures
from youthvoice.grievances.statistics import store as figure_store
from youthvoice.sites import store as places


def freeze_due() -> None:
    """The job; writes nothing where everything is frozen."""
    with db.reading(db.engine()) as session:
        today = {site.id: running.today(site.time_zone) for site in places.every_site(session)}
        due = [site_id for site_id, day in today.items() if figure_store.to_freeze(session, day, [site_id])]
    if due:
        with db.writing(db.engine()) as session:
            for site_id in due:
                figure_store.freeze(session, running.keyring(), site_id, figures.last_frozen(today[site_id]))
