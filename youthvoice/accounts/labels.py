"""Labels for the codes of this package's rules."""

from datetime import datetime
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice import context
from youthvoice.accounts import rules
from youthvoice.accounts.people.directory import PersonOverview
from youthvoice.web.i18n.formats import format_day

SIGN_IN_REFUSAL_LABELS: Final = {
    "too_many": _l(
        "Too many wrong tries with this name from here. It works again at the next full hour, and immediately "
        "in a browser in which you signed in before."
    ),
    "wait": _l(
        "Somebody tries passwords with this name. Wait a little and try again, or use a browser in which you "
        "signed in before."
    ),
    "wrong": _l("The name, the password, the code or the key is not right."),
    "key": _l("The code or the key was not right, or it took longer than five minutes. Sign in once more."),
}
"""Why a sign-in failed; the same whether anybody has this sign-in name or not."""

PASSKEY_REFUSAL_LABELS: Final = {
    "over": _l("That took longer than five minutes, or was sent twice. Add the key once more."),
    "wrong": _l("This key cannot be used here. Try another one."),
    "same": _l("This key is in your list already."),
    "no_room": _l("Your list is full. Take a passkey away first."),
}
"""Why a passkey was not added."""

INVITE_REFUSAL_LABELS: Final = {
    "holds_wraps": _l("A coordinator cannot invite this person: she will read what children write."),
    "managed": _l("A coordinator invites this person."),
    "no_such_role": _l("Choose a role from the list."),
}
"""Why somebody cannot invite a person of this role."""

NAME_REFUSAL_LABELS: Final = {
    "no_name": _l("Type the name as others know it, in at most 80 letters."),
    "unseen": _l("This name has invisible characters, or characters that reverse it. Type it again, letter by letter."),
    "mixed": _l("One word of this name has letters of two alphabets. Type it again, in one of them."),
    "role": _l("That says what she does, not who she is. Type the name by which children call her."),
    "taken": _l(
        "Somebody here has this name already, or one that looks the same. Add what tells the two apart, such as a "
        "second name."
    ),
    "invited": _l("Somebody of this name is invited already. Take that invitation back first, under People."),
}
"""Why a name cannot be used."""

INVITATION_REFUSAL_LABELS: Final = {
    "name": _l("The name in this invitation can no longer be used here. Ask the person who invited you for a new one."),
    "used": _l("It has already been used. If that was you, sign in. If not, tell the person who invited you today."),
    "over": _l("It was valid for seven days. Ask the person who invited you for a new one."),
    "unknown": _l("It was withdrawn, or the link is incomplete. Ask the person who invited you."),
    "reads_alone": _l(
        "This account holds something that would be lost with its old key, so it stays as it is. Ask for a new "
        "account beside it; if the old password comes to mind, the old one still opens."
    ),
}
"""Why an invitation is not valid."""

CHANNEL_LABELS: Final = {
    "advocates": _l("Two advocates whose key is confirmed and whose training is recorded and in date"),
    "outside": _l("An outside recipient, of another organisation, whose key is confirmed"),
    "outside_untested": _l("A test that reached the outside recipient: an advocate asks for it on her page"),
    "helpline": _l("A helpline with name, number, and the day on which somebody called it"),
    "closes": _l("More time: this site closes, and nobody could answer before that"),
}
"""What a site still needs before children can report there."""

COMPARISON_REFUSAL_LABELS: Final = {
    "settled": _l("Nothing is to be compared now. These are the pictures of this key:"),
    "mine": _l("You have compared this key already. Somebody else does it next."),
    "elsewhere": _l("You do not work at all of these sites; somebody who does compares this key."),
    "not_yours": _l("Advocates and the outside recipient compare keys."),
    "needs_advocate": _l("One of the two who compare a key must be an advocate."),
}
"""Why somebody cannot compare a key."""

LEAVE_REFUSAL_LABELS: Final = {
    "too_few_advocates": _l("Two advocates must remain at every site. Another one has to come first."),
    "last_coordinator": _l("This is the last coordinator here. Add another one first."),
    "elsewhere": _l("She also works at a site that is not yours. Ask the coordinator there."),
    "reads_alone": _l("Something has to be given to another person first. Ask her to look at “Before you leave”."),
    "not_yours": _l(
        "A coordinator cannot end this account, for she reads what children tell. Two who choose readers can: "
        "two advocates, or an advocate and the outside recipient. She may also leave by herself."
    ),
    "not_here": _l("She also works at a site that is not yours. She may leave by herself."),
    "changed": _l("Somebody has changed the list of people since you opened this page."),
}
"""Why a person cannot leave."""

_BETTER: Final = _l("Use three or four words that do not belong together.")
PASSWORD_REFUSAL_LABELS: Final = {
    "too_short": _l("Use twelve letters or more; three or four words that do not belong together are best."),
    "hers": _l("Somebody who knows you would try your name and your site first. %(better)s", better=_BETTER),
    "repeat": _l("Repeated letters and words are guessed first. %(better)s", better=_BETTER),
    "sequence": _l("Rows such as abcd or 5678 are guessed first. %(better)s", better=_BETTER),
    "keyboard": _l("Keys that lie side by side are guessed first. %(better)s", better=_BETTER),
    "date": _l("Dates and years are guessed first. %(better)s", better=_BETTER),
    "common": _l("This is among the words that thieves try first. %(better)s", better=_BETTER),
    "too_easy": _l("That is easy to guess. %(better)s", better=_BETTER),
}
"""Why a new password is refused, and what helps."""

ACCOUNT_LOSS_LABELS: Final = {
    "sign_in": _l("Her sign-in, and every session that is open now"),
    "key": _l("Her key: nobody can open letters with it again, not even if she comes back"),
    "reading_key": _l("Her key: nobody can open a report with it again, not even if she comes back"),
    "telling": _l("Telling: until another outside recipient was let in and reached, children cannot tell there"),
    "answers": _l("Answers due from her stay open: another adult must be asked to give them"),
}
"""What is lost with an account."""


def key_status_label(person: PersonOverview) -> str:
    """Whether texts are sealed to a reader's key; for others, whether an advocate has met them."""
    if not person.holds_keys and person.standing not in {"altered", "unmet"}:
        return ""
    return str(
        {
            "trusted": _("Words are sealed to this key"),
            "soon": _("Confirmed; words are sealed to this key from %(day)s", day=_day_label(person.trusted_from)),
            "waits": _("The key is not compared yet; nothing is sealed to it"),
            "unmet": _("No advocate has met her yet: until then she can do nothing here"),
            "altered": _("This row was altered from outside: nothing is sealed to it, and nobody can sign in with it"),
        }[person.standing]
    )


def _day_label(moment: datetime | None) -> str:
    return format_day(moment) if moment else ""


def training_label(person: PersonOverview) -> str:
    """Whether a training is recorded and in date."""
    until = format_day(person.trained_until) if person.trained_until else ""
    return str(
        {
            "none": _("No training recorded"),
            "over": _("Training ran out on %(day)s", day=until),
            "soon": _("Training runs out on %(day)s", day=until),
            "good": _("Trained until %(day)s", day=until),
        }[rules.training_state(person.trained_until, context.today())]
    )


def test_label(person: PersonOverview) -> str:
    """Whether a contact test reached an outside recipient."""
    if person.test_asked_on is not None and rules.is_test_pending(person.test_asked_on, person.tested_on):
        return str(_("Asked on %(day)s; no answer yet", day=format_day(person.test_asked_on)))
    if person.tested_on is None:
        return str(_("Nobody has tried whether she is reached"))
    return str(_("A test reached her on %(day)s", day=format_day(person.tested_on)))
