"""Her pack that goes to others, as a child reads it: what, to whom and why; on her own yes, or because the law asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup, escape

from youthvoice.kiosk.reply.pages import child_day
from youthvoice.reviews.entities import PackHandover, PackProposal
from youthvoice.sites.labels import name_label
from youthvoice.web.i18n import languages


@dataclass(frozen=True, slots=True)
class GivePage:
    """Her pack that is to go to others, as a child reads it.

    Attributes:
        to: name of the organisation.
        mark: of what she answers; empty where the law asks for it, or it went.
        said_yes: whether she said yes before.
        parts: picture and words of each thing that goes.
        why: the sentence for her, and its language; empty once it went.
        ground: why the law asks for it, the paragraph or order, and who decided it when; empty where she is asked.
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
"""Picture and words of what goes to others, in the order of a page; what was decided always does."""

_LEGAL_GROUNDS: Final = {
    "court_order": _l("A court says so."),
    "transfer": _l("An office says that others care for you now."),
    "law": _l("A law says so."),
}
"""Why the law asks for it, for a child."""


def given_page(one: PackProposal | PackHandover, names: Mapping[int, str]) -> GivePage:
    """What is proposed or went, for her.

    Args:
        one: of her review.
        names: of the two adults who named a ground.
    """
    pack_proposal = one if isinstance(one, PackProposal) else None
    why = _own_language(pack_proposal.why) if pack_proposal else ("", "")
    decided_on = pack_proposal.answered_on if pack_proposal else one.yes_on if isinstance(one, PackHandover) else None
    ground = None
    if one.ground is not None:
        both = (name_label(names.get(row, "")) for row in (one.by, one.ground.agreed_by))
        said = dict(zip(("first", "second"), both, strict=True)) | {"day": child_day(decided_on or one.day)}
        by = escape(_("%(first)s and %(second)s decided it on %(day)s.")) % said
        ground = (str(_LEGAL_GROUNDS[one.ground.code]), one.ground.reference, by)
    return GivePage(
        to=one.to,
        mark=pack_proposal.mark if pack_proposal and pack_proposal.ground is None else "",
        said_yes=bool(pack_proposal and pack_proposal.state == "yes"),
        parts=(
            *((picture, str(words)) for code, (picture, words) in _PACK_PARTS.items() if code in one.parts),
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
