"""Link two reports that belong together; only where nobody reads one of them who was left out of the other (S14)."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import DataRequired

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.grievances.actions.base import Act, ActForm, Deed, Refused
from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.case.context import scene as open_scene
from youthvoice.grievances.current_reader import me
from youthvoice.grievances.report_name import short_name, tidied
from youthvoice.threads import store as threads

Find = Callable[[str], Scene | None]


class LinkForm(ActForm):
    """The other report's name."""

    name = StringField(_l("Three letters of the other report"), [DataRequired(_l("Type the three letters."))])


def _known(session: Session, scene: Scene, caller: Caller) -> Find:
    """Finds another report of hers by its name; at this site first."""

    def find(name: str) -> Scene | None:
        mine = threads.mine(session, running.keyring(), me(session, caller))
        found = [line for line in mine if line.id != scene.id and short_name(line.id) == name]
        nearest = min(found, key=lambda line: (line.site_id != scene.site.id, line.id), default=None)
        return open_scene(session, caller, nearest.id) if nearest else None

    return find


def _deed(scene: Scene, form: LinkForm, known: Find) -> Deed:
    other = known(tidied(form.name.data or ""))
    if other is None:
        raise Refused("name", str(_("No other report of yours is called so.")))
    if scene.reading & other.kept_out or other.reading & scene.kept_out:
        raise Refused("name", str(_("Somebody reads one of these reports who must not know of the other.")))
    if any(entry.said.get("to_thread") == other.id.hex() for entry in scene.of_kind("linked")):
        raise Refused("name", str(_("These two are linked already.")))
    return Deed(scene.marks, [("linked", {"to_thread": other.id.hex()})], linked=other.thread.facts.line)


LINK = Act(
    "link",
    "round",
    _l("Link with another report"),
    _l("Link the two"),
    LinkForm,
    _deed,
    _l("The two are linked."),
    small=_l("about the same thing"),
    known=_known,
    rare=True,
)
