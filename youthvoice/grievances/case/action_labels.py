"""What adults did in a report, in words: codes of its entries come from here to the page."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _

from youthvoice.grievances import options as picks
from youthvoice.grievances.report_name import short_name
from youthvoice.threads.entries import Entry
from youthvoice.threads.readers.membership import FROM_AGENDA, FROM_LETTER
from youthvoice.web.i18n.dates import day
from youthvoice.web.i18n.languages import chosen
from youthvoice.web.i18n.lists import listed

Names = Mapping[int, str]


def words(entry: Entry) -> str:
    """What somebody wrote, as given."""
    return str(entry.said.get("words") or "")


def written(entry: Entry) -> str:
    """What an adult wrote, all of it."""
    said = entry.said
    if entry.kind == "ask_close":
        outcome = _("What came of it: %(outcome)s", outcome=said.get("outcome", ""))
        told = _("The child will read: %(told)s", told=said.get("told", ""))
        return f"{outcome}\n{told}"
    if entry.kind == "handed":
        return "\n".join(filter(None, (str(said.get("ask", "")), str(said.get("reason", "")))))
    if said.get("action") == "authority":
        return "\n".join(filter(None, (_how_reported(said), words(entry))))
    return words(entry)


def _how_reported(said: Mapping[str, Any]) -> str:
    """S19."""
    on = day(date.fromisoformat(said["on"])) if said.get("on") else ""
    told = [_("on %(day)s at %(time)s", day=on, time=said.get("at", ""))]
    told += [_("in simple language")] if said.get("simple") else []
    told += [_("read back")] if said.get("read_back") else []
    told += [_("interpreter: %(name)s", name=said["interpreter"])] if said.get("interpreter") else []
    return ", ".join(str(one) for one in told)


def did(names: Names, entry: Entry) -> str:
    """What an adult did, in words; what is unknown here has none."""
    tell: Callable[[Names, Entry], str] | None = _DID.get(entry.kind)
    return tell(names, entry) if tell else ""


def _action(_names: Names, entry: Entry) -> str:
    done = {
        "talked": _("talked with the child"),
        "mended": _("it was mended, or put right"),
        "group": _("talked with the whole group"),
        "plan_change": _("asked for a change of the care plan"),
        "referral": _referred(entry.said),
        "authority": _("reported to %(name)s, number %(number)s", name=entry.said.get("authority", ""),
                       number=entry.said.get("number", "")),
        "outside": _("asked the outside recipient"),
        "no_trouble": _("asked in person: nobody was bad to the child since"),
        "trouble": _("asked in person: somebody was bad to the child since"),
        "other": _("did something else"),
    }  # fmt: skip
    return str(done.get(str(entry.said.get("action")), ""))


def _referred(said: Mapping[str, Any]) -> str:
    name, on = said.get("service", ""), day(date.fromisoformat(said["on"])) if said.get("on") else ""
    told = {
        "accepted": _("%(name)s accepted on %(day)s", name=name, day=on),
        "declined": _("%(name)s declined on %(day)s", name=name, day=on),
        "outcome": _("%(name)s told on %(day)s what came of it", name=name, day=on),
    }
    return str(told.get(str(said.get("state")), _("referred to %(name)s on %(day)s", name=name, day=on)))


def _weighed(_names: Names, entry: Entry) -> str:
    grave = {1: _("light"), 2: _("serious"), 3: _("grave")}.get(entry.said.get("severity", 0), "")
    topic = picks.words_of(picks.TOPICS, str(entry.said.get("topic", "")))
    harm = _("a child may be hurt") if entry.said.get("harm") else ""
    law = _("the law asks for a report to an authority") if entry.said.get("authority") else ""
    return str(_("weighed it: %(how)s", how=listed(str(one) for one in (grave, topic, harm, law) if one)))


def _owner(names: Names, entry: Entry) -> str:
    name = names.get(entry.said.get("to", 0), "")
    return str(_("gave it in hand to %(name)s", name=name) if name else _("gave it back to everybody"))


def _handed(names: Names, entry: Entry) -> str:
    name = names.get(entry.said.get("to", 0), "")
    told = {
        "asked": _("asks a second person: hand this to %(name)s?", name=name),
        "refused": _("said no to handing this to %(name)s", name=name),
    }
    return str(told.get(str(entry.said.get("state")), _("handed over to %(name)s", name=name)))


def _taken_back(names: Names, entry: Entry) -> str:
    return str(_("took back what was handed to %(name)s", name=names.get(entry.said.get("to", 0), "")))


def _consent(names: Names, entry: Entry) -> str:
    name = names.get(entry.said.get("to", 0), "")
    return str(_("the child said yes: %(name)s may see it", name=name))


def _held(_names: Names, entry: Entry) -> str:
    told = {
        "keep_asked": _("asks a second person: keep this past its end?"),
        "keep": _("agreed: it is kept past its end"),
        "let_go_asked": _("asks a second person: let this end in time again?"),
        "let_go": _("agreed: it ends in time again"),
    }
    return str(told.get(str(entry.said.get("state")), ""))


def _no_authority(_names: Names, entry: Entry) -> str:
    if entry.said.get("state") == "agreed":
        return str(_("agreed: no law asks for a report to an authority"))
    return str(_("asks a second person: no law asks for a report to an authority?"))


def _summary(_names: Names, entry: Entry) -> str:
    told = {
        "agreed": _("agreed to words for “what children said”"),
        "refused": _("said no to words for “what children said”"),
    }
    return str(told.get(str(entry.said.get("state")), _("asks to agree to words for “what children said”")))


def _linked(_names: Names, entry: Entry) -> str:
    name = short_name(bytes.fromhex(entry.said["to_thread"]))
    if "later" not in entry.said:
        return str(_("linked with report %(name)s", name=name))
    if entry.said["later"]:
        return str(_("sent it once more and chose anew who reads it: answer in report %(name)s", name=name))
    return str(_("had sent report %(name)s before, to others", name=name))


def _from_letter(names: Names, entry: Entry) -> str:
    said = entry.said
    told = [
        _(
            "made this report of a letter of %(day)s, from the letter box of “%(round)s”",
            day=day(date.fromisoformat(said["arrived"])),
            round=said["round"].get(chosen()) or next(iter(said["round"].values()), ""),
        ),
        _("the child lets others see these words") if said.get("shared") else _("for those who read it only"),
    ]
    return "; ".join(str(one) for one in (*told, *_left_out(names, entry)))


def _from_agenda(names: Names, entry: Entry) -> str:
    told = [_("made this report of something for the agenda of “%(name)s”", name=entry.said["agenda"])]
    return "; ".join(str(one) for one in (*told, *_left_out(names, entry)))


def _left_out(names: Names, entry: Entry) -> list[str]:
    left_out = entry.said.get("left_out")
    return [str(_("left out: %(names)s", names=listed(names.get(one, "") for one in left_out)))] if left_out else []


_DID: Final[Mapping[str, Callable[[Names, Entry], str]]] = {
    "note": lambda _names, _entry: str(_("private note")),
    "action": _action,
    "weighed": _weighed,
    "urgent": lambda _names, _entry: str(_("marked it as urgent")),
    "owner": _owner,
    "handed": _handed,
    "handed_back": lambda _names, _entry: str(_("wrote what was done")),
    "taken_back": _taken_back,
    "goes_on": lambda _names, _entry: str(_("goes on although the child asked to stop")),
    "consent": _consent,
    FROM_LETTER: _from_letter,
    FROM_AGENDA: _from_agenda,
    "linked": _linked,
    "hold": _held,
    "no_authority": _no_authority,
    "close_taken_back": lambda _names, _entry: str(_("does not ask to close it any more")),
    "recused": lambda _names, _entry: str(_("stepped back")),
    "given": lambda names, entry: str(_("let %(name)s read it", name=names.get(entry.said.get("to", 0), ""))),
    "summary": _summary,
    "ask_close": lambda _names, _entry: str(_("asks to close")),
    "agree_close": lambda _names, _entry: str(_("agreed: it is closed")),
    "refuse_close": lambda _names, _entry: str(_("sent it back: not closed")),
    "reopened": lambda _names, _entry: str(_("opened it again")),
}
