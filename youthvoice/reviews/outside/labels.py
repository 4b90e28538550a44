"""Labels of a pack that goes to another organisation, for adults."""

from collections.abc import Collection
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.web.i18n.plain_words import MAX_SENTENCE

YES_WAY_LABELS: Final = {
    "spoken": _l("She said it to me, alone"),
    "written": _l("She wrote or drew it"),
    "interpreter": _l("With an interpreter whom she trusts"),
}
"""How the child agreed to the pack, as the advocate records it."""

PROPOSAL_LABELS: Final = {
    "asked": _l("She is asked on her own page"),
    "yes": _l("She said yes on her own page"),
    "no": _l("She said no. It stays here: do not ask her why"),
    "withdrawn": _l("Taken back"),
    "given": _l("The file was made"),
    "agreed": _l("Two adults agreed that the law asks for it"),
}
"""The state of a proposal to send a pack."""

PACK_WORDS_LABELS: Final = {
    "all": _l("Her words, pictures and voice, and what was decided about each wish"),
    "without_voice": _l("The same without her voice"),
    "none": _l("Nothing that she said: only what was decided about the plan"),
}
"""How much of the statement goes with a pack."""

LEGAL_GROUND_LABELS: Final = {
    "court_order": _l("An order of a court"),
    "transfer": _l("An order that moves her to the care of others"),
    "law": _l("A paragraph of a law that asks for it"),
}
"""The legal ground for a pack without the child's consent."""

TOLD_LABELS: Final = {
    "told": _l("I told her before"),
    "not_reached": _l("Nobody could reach her"),
    "danger": _l("Telling her before would be a danger to her or to somebody else"),
}
"""Whether the advocate told the child before."""


def pack_part_labels(parts: Collection[str]) -> list[str]:
    """What goes with a pack, one line each, for adults."""
    chosen = [code for code in ("words", "voice", "earlier") if code in parts]
    words = {
        "words": _("What she said, and what was decided about each wish"),
        "voice": _("Her voice"),
        "earlier": _("What earlier reviews decided about the plan"),
    }
    plan = _("The case number, the step of care and what was decided about the plan")
    views = _("What is published about all children of the site")
    return [str(line) for line in (plan, *(words[code] for code in chosen), views)]


HANDOVER_REFUSAL_LABELS: Final = {
    "not_advocate": _l("Only the advocate who holds this review can pass on its pack."),
    "not_yet": _l("Nothing is passed on before the day of the review: until then the child may change her words."),
    "yes_missing": _l("Nothing is passed on unless the child herself agrees to it."),
    "yes_day": _l("This day is still to come, or before there was a review."),
    "not_open": _l("You cannot open her statement, so the pack cannot be passed on."),
    "no_page": _l("She has no pictures of her own that open a page. Ask her beside you."),
    "proposed_already": _l("Something is proposed already. Take it back first."),
    "she_said_no": _l("She said no to this. It stays here."),
    "too_often": _l("She was asked six times about this review. That is enough."),
    "why_missing": _l("Write one sentence for the child: why it should go there."),
    "sentence_too_long": _l("Make it shorter: one sentence, at most %(number)s letters.", number=MAX_SENTENCE),
    "ground_missing": _l("Without the child’s yes it needs a legal ground and the paragraph or order."),
    "second_missing": _l("A safeguarding lead or a coordinator of this site must agree."),
    "nothing_agreed": _l("Nobody has said yes: neither the child on her page, nor two adults to a legal ground."),
}
"""Why a pack cannot be made for another organisation."""
