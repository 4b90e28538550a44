"""Words for elections, for those who were elected and for their terms; rules speak in codes."""

from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import SelectChoice

from youthvoice.committees import labels
from youthvoice.committees.agenda.entities import MAX_ITEM_CHARACTERS
from youthvoice.committees.elections.rules import Election, ElectionRefusal
from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives.rules import Representative, fold_nickname
from youthvoice.sites.labels import name_label
from youthvoice.web.i18n.formats import local_time

TIES = (
    SelectChoice("lot", _l("The lot decides: the system draws it")),
    SelectChoice("again", _l("They vote once more between those who tied")),
)


def way_choices(codes: tuple[str, ...]) -> list[SelectChoice]:
    """The ways of a committee, with what they ask of adults."""
    known = {
        "slips": _("In secret at the tablet: each child draws a slip, the system counts"),
        "paper": _("On paper: two adults count, each alone"),
        "hands": _("By raised hands: two adults count, each alone"),
        "nomination": _("Nominated by other children: a second adult or the minutes confirm it"),
    }
    return [SelectChoice(code, known[code]) for code in codes]


def election_refusal_label(found: ElectionRefusal) -> Markup:
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
    return escape(said[found.code]) % {"name": name_label(found.name)} if found.name else escape(said[found.code])


def leaves(one: Representative) -> Markup:
    """What an adult is told who lets somebody in office stand for another post of her committee."""
    said = escape(
        _(
            "%(name)s holds another post: %(post)s. If she is chosen, that term ends: one child has one post. "
            "Is this another child? Then call it off, and let her choose another nickname."
        )
    )
    return said % {"name": name_label(one.nickname), "post": labels.post(one.post)}


def at_the_tablet(found: Election, now: Representative) -> Markup:
    """What an adult is told whose winner bears a number in office; empty where she bears none."""
    if found.won is None or fold_nickname(found.won.nickname) == fold_nickname(now.nickname):
        return Markup()
    said = escape(_("%(name)s is also somebody else in office. At the tablet she is %(numbered)s: tell her."))
    return said % {"name": name_label(found.won.nickname), "numbered": name_label(now.nickname)}


def count_outcome_label(code: str) -> str:
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


def state(found: Election) -> str | Markup:
    """Where an election stands, for adults."""
    if found.won:
        return escape(_("%(name)s was chosen")) % {"name": name_label(found.won.nickname)}
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


def ends(found: Election, time_zone: str) -> str:
    """The moment at which it ends, at the site."""
    return str(format_datetime(local_time(found.ends_at, time_zone), "d MMM y, HH:mm", rebase=False))


def announcement_label(found: Election) -> Markup:
    """What children read of an election that is over."""
    post = labels.post(found.post)
    if found.won:
        return escape(_("%(name)s is %(post)s now.")) % {"name": name_label(found.won.nickname), "post": post}
    return escape(
        {
            "again": _("Two or more had the same. We vote once more."),
            "nobody": _("Most of you want nobody of these. We look for others."),
            "called_off": _("This vote was called off. Nothing was counted."),
        }.get(found.state, _("Fewer than five voted. So nobody won. We vote again."))
    )


def vote(post: str) -> str:
    """The door to a vote."""
    return str(_("Vote: %(post)s", post=labels.post(post)))


def vote_question_label(post: str) -> str:
    """What a child is asked."""
    return str(_("Who shall be %(post)s?", post=labels.post(post)))


def result_tile_label(post: str) -> str:
    """The door to what came of a vote."""
    return str(_("Who was chosen: %(post)s", post=labels.post(post)))


def representative_label(one: Representative, committee: Committee) -> Markup:
    """Such as "River, for Dormitory 2"; each name keeps its direction."""
    said = escape(_("%(nickname)s, for %(committee)s"))
    return said % {"nickname": name_label(one.nickname), "committee": name_label(committee.name)}


def wrong_field_label(code: str) -> str:
    """What is wrong in one box of an item, kindly."""
    return str(
        {
            "choose": _("Tap one picture first."),
            "too_long": _(
                "That is a lot of words. Keep the most important ones: at most %(most)s letters. All are still here.",
                most=MAX_ITEM_CHARACTERS,
            ),
        }[code]
    )


def content_notice_label(code: str) -> str:
    """Why words do not go on the agenda as they are."""
    return str(
        {
            "names": _("There may be a name in it. Everybody reads the agenda."),
            "safety": _("This may be about one child being safe. Everybody reads the agenda."),
        }[code]
    )


def done_label(code: str) -> str:
    """What she did a moment ago; empty where no page of ours says so."""
    return str(
        {
            "posted": _("It is on our agenda."),
            "handed": _("What is open was handed over."),
            "really": _("The adults see what you said."),
        }.get(code, "")
    )


def ending_label(code: str) -> str:
    """Why a term ended before its time."""
    return str(
        {
            "children_asked": _("The children asked for it"),
            "left": _("She has left the house"),
            "rest": _("She needs a rest"),
            "mistake": _("It was entered by mistake"),
            "herself": _("she ended it herself"),
            "followed": _("somebody else holds the post now"),
            "another": _("she was chosen for another post"),
        }.get(code, "")
    )


def until(one: Representative) -> str:
    """When a term is, or was, over."""
    day = format_date(one.last_day, "d MMMM y")
    if one.ended_on:
        return str(_("ended on %(day)s: %(why)s", day=day, why=ending_label(one.why)))
    return str(_("until %(day)s", day=day))


def left(days: int) -> str:
    """How long a term still is."""
    if days == 0:
        return str(_("The term ends today."))
    return str(ngettext("The term ends in %(num)s day.", "The term ends in %(num)s days.", days))


def post(code: str) -> str:
    """What she is."""
    return labels.post(code)


def how(code: str) -> str:
    """How she came to her post."""
    return labels.way(code)
