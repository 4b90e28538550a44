"""Words for elections: for adults and for children. Rules speak in codes."""

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import SelectChoice

from youthvoice.committees import labels as words
from youthvoice.committees.elections.entities import ElectionFacts
from youthvoice.committees.elections.rules import Refusal
from youthvoice.committees.representatives.entities import RepFacts, same
from youthvoice.sites.help_labels import named
from youthvoice.web.i18n.dates import local

TIES = (
    SelectChoice("lot", _l("The lot decides: the system draws it")),
    SelectChoice("again", _l("They vote once more between those who tied")),
)


def ways(codes: tuple[str, ...]) -> list[SelectChoice]:
    """The ways of a committee, with what they ask of adults."""
    known = {
        "slips": _("In secret at the tablet: each child draws a slip, the system counts"),
        "paper": _("On paper: two adults count, each alone"),
        "hands": _("By raised hands: two adults count, each alone"),
        "nomination": _("Nominated by other children: a second adult or the minutes confirm it"),
    }
    return [SelectChoice(code, known[code]) for code in codes]


def refusal(found: Refusal) -> Markup:
    """Why an election cannot be opened so; a nickname in it keeps its direction."""
    said = {
        "committee_closed": _("This committee meets no more. It elects nobody."),
        "no_such_post": _("This committee has no such post. Choose one of its posts."),
        "not_this_way": _("This committee does not choose that way. Choose one of its ways."),
        "runs_already": _("There is an election for this post already. End it first."),
        "nobody_stands": _("Nobody stands. Type at least two nicknames, or one for a nomination."),
        "one_is_nominated": _("One child is nominated at a time. Leave the others out, or let the children vote."),
        "one_stands": _("Only one child stands. That is a nomination, not an election: choose that way."),
        "one_stands_alone": _("Only one child stands. Children can only choose between two or more: ask for another."),
        "too_many_stand": _("At most twelve can stand."),
        "same_nickname": _("The same nickname stands twice. Children could not tell them apart."),
        "same_picture": _("Two have the same picture. Children who do not read could not tell them apart."),
        "no_nickname": _("A nickname has one to twenty letters."),
        "held_before": _("%(name)s held this post last. Posts rotate: somebody else has a turn now."),
        "nickname_taken": _("%(name)s is the nickname of somebody in office at this site. Let her choose another."),
        "stands_twice": _(
            "%(name)s stands for another post of this committee already. Open this one when that is over, "
            "or leave her out: one child has one post.",
        ),
        "no_voters": _("Nobody can vote. Say how many children may: each of them gets a slip."),
        "too_few_voters": _("Fewer than five can vote: that would not be secret. Vote by raised hands, or together."),
        "too_many_voters": _("Slips can be dealt to four thousand children at most."),
        "ends_wrong": _("Choose an end that lies ahead, at most a month from now."),
        "no_balance": _(
            "Two adults must see to it that at least half of the posts are girls. Tick it, and say who agrees."
        ),
    }
    return escape(said[found.code]) % {"name": named(found.name)} if found.name else escape(said[found.code])


def leaves(one: RepFacts) -> Markup:
    """What an adult is told who lets somebody in office stand for another post of her committee."""
    said = escape(
        _(
            "%(name)s holds another post: %(post)s. If she is chosen, that term ends: one child has one post. "
            "Is this another child? Then call it off, and let her choose another nickname."
        )
    )
    return said % {"name": named(one.nickname), "post": words.post(one.post)}


def at_the_tablet(found: ElectionFacts, now: RepFacts) -> Markup:
    """What an adult is told whose winner bears a number in office; empty where she bears none."""
    if found.won is None or same(found.won.nickname) == same(now.nickname):
        return Markup()
    said = escape(_("%(name)s is also somebody else in office. At the tablet she is %(numbered)s: tell her."))
    return said % {"name": named(found.won.nickname), "numbered": named(now.nickname)}


def counted(code: str) -> str:
    """What to say after a count was entered."""
    return str(
        {
            "first": _("Your count is kept, locked. Now a second adult counts, alone, and signs in to enter it."),
            "same": _("Both counts are the same. Both are deleted; who won is kept."),
            "differ": _("The two counts differ. Both are deleted. Count once more, both of you, each alone."),
            "not_you": _("You counted already. Another adult must count now."),
            "over": _("This election is over."),
        }[code]
    )


def state(found: ElectionFacts) -> str | Markup:
    """Where an election stands, for adults."""
    if found.won:
        return escape(_("%(name)s was chosen")) % {"name": named(found.won.nickname)}
    if found.state == "open" and found.way == "nomination":
        return str(_("waits for a second adult, or the minutes"))
    return str(
        {
            "open": _("running"),
            "counted_once": _("counted by one adult; a second one must count"),
            "again": _("a tie: they vote once more"),
            "too_few": _("fewer than five votes: nobody won"),
            "nobody": _("most want nobody of these"),
            "called_off": _("called off: nothing was counted"),
            "done": _("over"),
        }[found.state]
    )


def ends(found: ElectionFacts, time_zone: str) -> str:
    """The moment at which it ends, at the site."""
    return str(format_datetime(local(found.ends_at, time_zone), "d MMM y, HH:mm", rebase=False))


def told(found: ElectionFacts) -> Markup:
    """What children read of an election that is over."""
    post = words.post(found.post)
    if found.won:
        return escape(_("%(name)s is %(post)s now.")) % {"name": named(found.won.nickname), "post": post}
    return escape(
        {
            "again": _("Two or more had the same. We vote once more."),
            "nobody": _("Most of you want nobody of these. We look for others."),
            "called_off": _("This vote was called off. Nothing was counted."),
        }.get(found.state, _("Fewer than five voted. So nobody won. We vote again."))
    )


def vote(post: str) -> str:
    """The door to a vote."""
    return str(_("Vote: %(post)s", post=words.post(post)))


def who(post: str) -> str:
    """What a child is asked."""
    return str(_("Who shall be %(post)s?", post=words.post(post)))


def over(post: str) -> str:
    """The door to what came of a vote."""
    return str(_("Who was chosen: %(post)s", post=words.post(post)))
