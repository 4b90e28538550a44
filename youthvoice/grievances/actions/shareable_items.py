"""What of a report can go to somebody: the child's words and voices, one by one."""

from collections.abc import Collection
from typing import Final

from flask_babel import gettext as _
from wtforms import SelectChoice

from youthvoice.grievances.case.context import Scene
from youthvoice.grievances.case.timeline import VOICES
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.web.i18n.dates import day

_SHOWN: Final = 90  # letters of an item in a list
_WORDS: Final = frozenset({"told", "child", "put_right", "withdraw", "trouble"})


def of_child(scene: Scene) -> list[Entry]:
    """Everything that the child told in words, or with her voice."""
    return [one for one in scene.said if (one.kind in _WORDS and one.said.get("words")) or _is_voice(one)]


def offered(scene: Scene) -> list[SelectChoice]:
    """The same, as choices of a form."""
    return [SelectChoice(one.id.hex(), short(one)) for one in of_child(scene)]


def chosen(scene: Scene, ids: Collection[str]) -> list[Entry]:
    """Those of these ids."""
    return [one for one in of_child(scene) if one.id.hex() in ids]


def short(entry: Entry) -> str:
    """An item in a line."""
    if _is_voice(entry):
        return str(_("Voice message, %(day)s", day=day(entry.day)))
    words = " ".join(str(entry.said["words"]).split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


def _is_voice(entry: Entry) -> bool:
    return entry.by == CHILD and entry.kind in VOICES
