"""A review pack that goes to another organisation, as the child reads it: content, recipient, reason, legal ground."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup, escape

from youthvoice.kiosk.reply.timeline import child_day
from youthvoice.reviews.entities import PackHandover, PackProposal
from youthvoice.sites.labels import name_label
from youthvoice.web.i18n import languages


@dataclass(frozen=True, slots=True)
class GivePage:
    """A review pack that is to go to another organisation, as its child reads it.

    Attributes:
        to: name of the organisation.
        mark: identifies the question that the child answers; empty where a law requires it, or the pack was sent.
        said_yes: whether the child has agreed before.
        parts: picture and label of each part.
        why: the reason in a sentence, and its language; empty once the pack was sent.
        ground: the legal ground, its paragraph or order, and who decided when; empty where the child is asked.
        went: whether the file was made.
    """

    to: str
    mark: str = ""
    said_yes: bool = False
    parts: tuple[tuple[str, str], ...] = ()
    why: tuple[str, str] = ("", "")
    ground: tuple[str, str, Markup] | None = None
    went: bool = False


_PACK_PARTS: Final = {
    "words": ("1F4DD", _l("What you said")),
    "voice": ("1F5E3", _l("Your voice")),
    "earlier": ("1F4DA", _l("What was decided before")),
}
"""Picture and label of each part, in the order of the page; decisions are always included."""

_LEGAL_GROUNDS: Final = {
    "court_order": _l("A court says so."),
    "transfer": _l("An office says that others care for you now."),
    "law": _l("A law says so."),
}
"""The legal grounds, in words for a child."""


def give_page_of(pack: PackProposal | PackHandover, names: Mapping[int, str]) -> GivePage:
    """The page of a pack that is proposed, or was sent.

    Args:
        pack: the proposal, or the handover that was made.
        names: of the two adults who decided a legal ground.
    """
    pack_proposal = pack if isinstance(pack, PackProposal) else None
    why = _own_language(pack_proposal.why) if pack_proposal else ("", "")
    decided_on = pack.answered_on if isinstance(pack, PackProposal) else pack.yes_on
    ground = None
    if pack.ground is not None:
        adults = (name_label(names.get(row, "")) for row in (pack.by, pack.ground.agreed_by))
        values = dict(zip(("first", "second"), adults, strict=True)) | {"day": child_day(decided_on or pack.day)}
        by = escape(_("%(first)s and %(second)s decided it on %(day)s.")) % values
        ground = (str(_LEGAL_GROUNDS[pack.ground.code]), pack.ground.reference, by)
    return GivePage(
        to=pack.to,
        mark=pack_proposal.mark if pack_proposal and pack_proposal.ground is None else "",
        said_yes=bool(pack_proposal and pack_proposal.state == "yes"),
        parts=(
            *((picture, str(words)) for code, (picture, words) in _PACK_PARTS.items() if code in pack.parts),
            ("1F4D6", str(_("What was decided now"))),
            ("1F465", str(_("What all children here said"))),
        ),
        why=why,
        ground=ground,
        went=pack_proposal is None,
    )


def _own_language(words: Mapping[str, str]) -> tuple[str, str]:
    language = languages.chosen()
    if language not in words:
        language = next(iter(words), "")
    return words.get(language, ""), languages.tag(language) if language else ""
