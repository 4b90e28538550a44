"""Labels of elections, of representatives and of their terms; the rules use codes."""

from typing import Final

from flask_babel import format_datetime, gettext as _, lazy_gettext as _l, ngettext
from markupsafe import Markup, escape
from wtforms import SelectChoice

from youthvoice.committees.agenda.entities import MAX_ITEM_CHARACTERS
from youthvoice.committees.elections.rules import Election, ElectionRefusal
from youthvoice.committees.entities import Committee
from youthvoice.committees.labels import POST_LABELS
from youthvoice.committees.representatives.rules import Representative, fold_nickname
from youthvoice.sites.labels import name_label
from youthvoice.web.i18n.formats import format_long_day, local_time

TIES = (
    SelectChoice("lot", _l("The lot decides: the system draws it")),
    SelectChoice("again", _l("They vote once more between those who tied")),
)

WAY_EXPLANATIONS: Final = {
    "slips": _l("In secret at the tablet: each child draws a slip, the system counts"),
    "paper": _l("On paper: two adults count, each alone"),
    "hands": _l("By raised hands: two adults count, each alone"),
    "nomination": _l("Nominated by other children: a second adult or the minutes confirm it"),
}
"""The ways to choose a representative, with what each asks of adults."""

ELECTION_REFUSALS: Final = {
    "committee_closed": _l("This committee no longer meets. It elects nobody."),
    "no_such_post": _l("This committee has no such post. Choose one of its posts."),
    "not_this_way": _l("This committee does not choose that way. Choose one of its ways."),
    "runs_already": _l("There is an election for this post already. End it first."),
    "nobody_stands": _l("There are no candidates. Type at least two nicknames, or one for a nomination."),
    "one_is_nominated": _l("One child is nominated at a time. Leave the others out, or let the children vote."),
    "one_stands": _l("There is only one candidate. That is a nomination, not an election: choose that way."),
    "one_stands_alone": _l("There is only one candidate. Children need two or more to choose from: ask for another."),
    "too_many_stand": _l("There can be at most twelve candidates."),
    "same_nickname": _l("The same nickname is listed twice. Children could not tell them apart."),
    "same_picture": _l("Two have the same picture. Children who do not read could not tell them apart."),
    "no_nickname": _l("A nickname has one to twenty letters."),
    "held_before": _l("%(name)s held this post last. Posts rotate: somebody else has a turn now."),
    "nickname_taken": _l("%(name)s is the nickname of somebody in office at this site. Let her choose another."),
    "stands_twice": _l(
        "%(name)s is already a candidate for another post of this committee. Open this election when that one is "
        "over, or leave her out: one child has one post.",
    ),
    "no_voters": _l("Nobody can vote. Say how many children may: each of them gets a slip."),
    "too_few_voters": _l("Fewer than five can vote: that would not be secret. Vote by raised hands, or together."),
    "too_many_voters": _l("Slips can be given to four thousand children at most."),
    "site_closes": _l("The site closes before. Choose a day up to its last one."),
    "ends_wrong": _l("Choose an end in the future, at most a month from now."),
    "no_balance": _l(
        "Two adults must see to it that at least half of the posts are girls. Tick it, and say who agrees."
    ),
}


def election_refusal_label(election_refusal: ElectionRefusal) -> Markup:
    """Why an election cannot be opened; a nickname in it keeps its text direction."""
    markup = escape(str(ELECTION_REFUSALS[election_refusal.code]))
    return markup % {"name": name_label(election_refusal.name)} if election_refusal.name else markup


def post_ends_warning(representative: Representative) -> Markup:
    """The warning to an adult that a candidate holds another post of the committee, which would end."""
    markup = escape(
        _(
            "%(name)s holds another post: %(post)s. If she is chosen, that term ends: one child has one post. "
            "Is this another child? Then call it off, and let her choose another nickname."
        )
    )
    return markup % {"name": name_label(representative.nickname), "post": POST_LABELS[representative.post]}


def numbered_nickname_notice(election: Election, representative: Representative) -> Markup:
    """The notice to an adult that a winner's nickname has a number in office; empty without a number."""
    if election.won is None or fold_nickname(election.won.nickname) == fold_nickname(representative.nickname):
        return Markup()
    markup = escape(_("%(name)s is also somebody else in office. At the tablet she is %(numbered)s: tell her."))
    return markup % {"name": name_label(election.won.nickname), "numbered": name_label(representative.nickname)}


COUNT_OUTCOMES: Final = {
    "first": _l("Your count is kept, locked. Now a second adult counts, alone, and signs in to enter it."),
    "same": _l("Both counts are the same. Both are deleted; who won is kept."),
    "differ": _l("The two counts differ. Both are deleted. Count once more, both of you, each alone."),
    "not_you": _l("You counted already. Another adult must count now."),
    "over": _l("This election is over."),
}
"""The message after a count was entered."""

_STATES: Final = {
    "open": _l("running"),
    "counted_once": _l("counted by one adult; a second one must count"),
    "again": _l("a tie: they vote once more"),
    "too_few": _l("fewer than five votes: nobody won"),
    "nobody": _l("most want nobody of these"),
    "called_off": _l("called off: nothing was counted"),
    "done": _l("over"),
}


def election_state_label(election: Election) -> str | Markup:
    """The state of an election, for adults."""
    if election.won:
        return escape(_("%(name)s was chosen")) % {"name": name_label(election.won.nickname)}
    if election.state == "open" and election.way == "nomination":
        return str(_("waits for a second adult, or the minutes"))
    return str(_STATES[election.state])


def election_end_label(election: Election, time_zone: str) -> str:
    """The moment at which it ends, in the site's time zone."""
    return str(format_datetime(local_time(election.ends_at, time_zone), "d MMM y, HH:mm", rebase=False))


_ANNOUNCEMENTS: Final = {
    "again": _l("Two or more had the same. We vote once more."),
    "nobody": _l("Most of you want nobody of these. We look for others."),
    "called_off": _l("This vote was called off. Nothing was counted."),
    "too_few": _l("Fewer than five voted. So nobody won. We vote again."),
}


def announcement_label(election: Election) -> Markup:
    """The result of an election that is over, for children."""
    post = str(POST_LABELS[election.post])
    if election.won:
        return escape(_("%(name)s is %(post)s now.")) % {"name": name_label(election.won.nickname), "post": post}
    return escape(str(_ANNOUNCEMENTS[election.state]))


def vote_label(post: str) -> str:
    """The link to a vote."""
    return str(_("Vote: %(post)s", post=POST_LABELS[post]))


def vote_question_label(post: str) -> str:
    """The question of a vote."""
    return str(_("Who shall be %(post)s?", post=POST_LABELS[post]))


def result_tile_label(post: str) -> str:
    """The link to the result of a vote."""
    return str(_("Who was chosen: %(post)s", post=POST_LABELS[post]))


def representative_label(representative: Representative, committee: Committee) -> Markup:
    """Such as "River, for Dormitory 2"; each name keeps its text direction."""
    markup = escape(_("%(nickname)s, for %(committee)s"))
    return markup % {"nickname": name_label(representative.nickname), "committee": name_label(committee.name)}


FIELD_REFUSALS: Final = {
    "choose": _l("Tap one picture first."),
    "too_long": _l(
        "That is a lot of words. Keep the most important ones: at most %(most)s letters. All are still here.",
        most=MAX_ITEM_CHARACTERS,
    ),
}
"""What is wrong in a field of an agenda item that a representative writes, in friendly words."""

CONTENT_NOTICES: Final = {
    "names": _l("There may be a name in it. Everybody reads the list."),
    "safety": _l("This may be about one child being safe. Everybody reads the list."),
}
"""Why a representative's text does not go on the agenda as it is."""

DONE_LABELS: Final = {
    "posted": _l("It is on our list."),
    "handed": _l("What is open was handed over."),
    "really": _l("The adults see what you said."),
    "spoken": _l("It is sent. An advocate hears it, and writes it down."),
}
"""What the representative has just done."""

ENDING_LABELS: Final = {
    "children_asked": _l("The children asked for it"),
    "left": _l("She has moved away"),
    "rest": _l("She needs a rest"),
    "mistake": _l("It was entered by mistake"),
    "herself": _l("she ended it herself"),
    "followed": _l("somebody else holds the post now"),
    "another": _l("she was chosen for another post"),
}
"""Why a term ended early."""


def term_end_label(representative: Representative) -> str:
    """When a term ends or ended."""
    day = format_long_day(representative.last_day)
    if representative.ended_on:
        return str(_("ended on %(day)s: %(why)s", day=day, why=ENDING_LABELS.get(representative.why, "")))
    return str(_("until %(day)s", day=day))


def pictures_since_label(representative: Representative, name: str) -> str:
    """Since when a representative has a picture code, and which adult gave it."""
    day = format_long_day(representative.pictures_on) if representative.pictures_on else ""
    return str(_("Pictures since %(day)s, given by %(name)s", day=day, name=name or _("nobody we know")))


def term_days_left_label(days: int) -> str:
    """How many days a term has left."""
    if days == 0:
        return str(_("The term ends today."))
    return str(ngettext("The term ends in %(num)s day.", "The term ends in %(num)s days.", days))
