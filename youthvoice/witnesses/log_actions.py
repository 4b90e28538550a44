"""The label of every action in the log, and the kind by which the page filters it."""

from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _l

CHILDREN: Final = "children"
RESULTS: Final = "results"
PEOPLE: Final = "people"
SIGN_IN: Final = "sign_in"
REST: Final = "rest"

KIND_LABELS: Final = {
    CHILDREN: _l("What children said was opened or worked on"),
    RESULTS: _l("Figures, results and files"),
    PEOPLE: _l("Who may do what"),
    SIGN_IN: _l("Signing in"),
    REST: _l("Rounds, meetings and set-up"),
}
"""The kinds. Everything about children is one kind, so that a day does not tell a report from a letter (S14)."""


class LogAction(NamedTuple):
    """The label and kind of an action."""

    kind: str
    words: object


LOG_ACTIONS: Final = {
    "report.open": LogAction(CHILDREN, _l("Opened a report")),
    "report.act": LogAction(CHILDREN, _l("Worked on a report")),
    "clock.over": LogAction(CHILDREN, _l("A deadline passed; the next person was asked")),
    "letter.open": LogAction(CHILDREN, _l("Opened a letter")),
    "letter.give": LogAction(CHILDREN, _l("Gave a letter to a colleague")),
    "letter.hold": LogAction(CHILDREN, _l("Kept a letter from being deleted")),
    "letter.release": LogAction(CHILDREN, _l("Let a kept letter be deleted in time")),
    "handed.open": LogAction(CHILDREN, _l("Opened what was shared with her")),
    "handed.back": LogAction(CHILDREN, _l("Gave back what was shared with her")),
    "interpretation.": LogAction(CHILDREN, _l("Opened or translated an entry that a child let her read")),
    "good_news.open": LogAction(CHILDREN, _l("Opened good news")),
    "good_news.reported": LogAction(CHILDREN, _l("Made a report of good news")),
    "good_news.": LogAction(CHILDREN, _l("Decided about good news, or changed it on the board")),
    "suggestion.open": LogAction(CHILDREN, _l("Opened a suggestion")),
    "suggestion.": LogAction(CHILDREN, _l("Decided a suggestion")),
    "agenda.moved": LogAction(CHILDREN, _l("Made a report of something on an agenda")),
    "month.end": LogAction(CHILDREN, _l("What was kept until this month was deleted")),
    "review.open": LogAction(CHILDREN, _l("Opened a review of care")),
    "review.open_statement": LogAction(CHILDREN, _l("Opened the pack of a review")),
    "review.print": LogAction(CHILDREN, _l("Printed the pack of a review")),
    "review.link_open": LogAction(CHILDREN, _l("Opened a review through its link")),
    "review.link_wrong": LogAction(CHILDREN, _l("Tried to open a review through its link")),
    "review.link": LogAction(CHILDREN, _l("Made a link for a review")),
    "review.link_end": LogAction(CHILDREN, _l("Ended a link of a review")),
    "review.hand_over_pack": LogAction(CHILDREN, _l("Gave the pack of a review outside")),
    "review.hand_over_by_law": LogAction(CHILDREN, _l("Gave the pack of a review outside because a law says so")),
    "review.reported": LogAction(CHILDREN, _l("Made a report of something in a review")),
    "review.": LogAction(CHILDREN, _l("Worked on a review")),
    "theme.add": LogAction(CHILDREN, _l("Added a theme that two agreed on")),
    "analysis.open": LogAction(RESULTS, _l("Opened exact figures")),
    "publication.approve": LogAction(RESULTS, _l("Approved results")),
    "publication.draft": LogAction(RESULTS, _l("Drafted results")),
    "publication.send_back": LogAction(RESULTS, _l("Sent results back to be drafted again")),
    "publication.send": LogAction(RESULTS, _l("Sent results")),
    "publication.tell": LogAction(RESULTS, _l("Told families that there are results")),
    "subscription.set": LogAction(RESULTS, _l("Set how often letters go")),
    "subscription.end": LogAction(RESULTS, _l("Ended regular letters")),
    "subscription.send": LogAction(RESULTS, _l("Sent regular letters")),
    "letter.test": LogAction(RESULTS, _l("Sent herself a letter to families, to try it")),
    "letter.again": LogAction(RESULTS, _l("Tried to deliver letters again")),
    "address.": LogAction(RESULTS, _l("Changed the addresses of families")),
    "log.export": LogAction(RESULTS, _l("Saved lines of the log as a file")),
    "person.invite": LogAction(PEOPLE, _l("Invited somebody")),
    "person.invite.take-back": LogAction(PEOPLE, _l("Took an invitation back")),
    "person.join": LogAction(PEOPLE, _l("Came in with an invitation")),
    "person.leave": LogAction(PEOPLE, _l("Ended an account")),
    "person.leave.again": LogAction(PEOPLE, _l("Ended accounts again that a backup had brought back")),
    "person.met": LogAction(PEOPLE, _l("Said that she met a newcomer")),
    "person.met.withdraw": LogAction(PEOPLE, _l("Took back that she met a newcomer")),
    "person.rename": LogAction(PEOPLE, _l("Changed her name")),
    "introduction.draft": LogAction(PEOPLE, _l("Changed how she introduces herself to children")),
    "introduction.discard": LogAction(PEOPLE, _l("Discarded a draft of how she introduces herself")),
    "introduction.approve": LogAction(PEOPLE, _l("Approved how a colleague introduces herself to children")),
    "introduction.withdraw": LogAction(PEOPLE, _l("Took back how she introduces herself to children")),
    "listening.set": LogAction(PEOPLE, _l("Set where and when an adult listens to children")),
    "listening.end": LogAction(PEOPLE, _l("Ended that an adult listens to children")),
    "person.rehearse": LogAction(PEOPLE, _l("Tried with a second adult that everything comes back from a backup")),
    "person.training": LogAction(PEOPLE, _l("Recorded a training")),
    "key.compare": LogAction(PEOPLE, _l("Compared a key")),
    "key.trusted": LogAction(PEOPLE, _l("Confirmed a key")),
    "key.withdraw": LogAction(PEOPLE, _l("Took a comparison of keys back")),
    "key.renew": LogAction(PEOPLE, _l("Came back with a new key")),
    "staff.found": LogAction(PEOPLE, _l("Made the first people")),
    "outside.test.ask": LogAction(PEOPLE, _l("Asked the outside recipient for a test")),
    "outside.test.reached": LogAction(PEOPLE, _l("Said that a test reached her")),
    "password.change": LogAction(PEOPLE, _l("Changed her password")),
    "codes.on": LogAction(PEOPLE, _l("Set up one-time codes")),
    "codes.off": LogAction(PEOPLE, _l("Turned one-time codes off")),
    "codes.recovery": LogAction(PEOPLE, _l("Took new recovery codes")),
    "codes.key-on": LogAction(PEOPLE, _l("Added a passkey or security key")),
    "codes.key-off": LogAction(PEOPLE, _l("Took a passkey or security key away")),
    "request.ask": LogAction(PEOPLE, _l("Asked a second adult")),
    "request.agree": LogAction(PEOPLE, _l("Agreed as the second adult")),
    "request.refuse": LogAction(PEOPLE, _l("Refused as the second adult")),
    "request.take-back": LogAction(PEOPLE, _l("Took a question to a second adult back")),
    "witness.enter": LogAction(PEOPLE, _l("Entered an address outside for the log")),
    "witness.confirm": LogAction(PEOPLE, _l("Confirmed an address outside for the log")),
    "witness.remove": LogAction(PEOPLE, _l("Removed an address outside for the log")),
    "site.decision_maker": LogAction(PEOPLE, _l("Said who is asked when nobody answers")),
    "rota.add": LogAction(PEOPLE, _l("Put somebody on call")),
    "rota.remove": LogAction(PEOPLE, _l("Took somebody off call")),
    "house.restore": LogAction(PEOPLE, _l("Brought a backup back")),
    "sign-in": LogAction(SIGN_IN, _l("Signed in")),
    "sign-in.wrong": LogAction(SIGN_IN, _l("A wrong password was typed")),
    "sign-out": LogAction(SIGN_IN, _l("Signed out")),
    "sign-out.everywhere": LogAction(SIGN_IN, _l("Signed out everywhere")),
    "answer.": LogAction(REST, _l("Gave an answer, or somebody was asked for one")),
    "batch.": LogAction(REST, _l("Answers of a round were counted, or could not be")),
    "bundle.in": LogAction(REST, _l("Took in what came from a box")),
    "choice.": LogAction(REST, _l("Changed an everyday choice")),
    "clip.": LogAction(REST, _l("Changed a recorded voice")),
    "committee.": LogAction(REST, _l("Changed a committee")),
    "election.": LogAction(REST, _l("Worked on a vote")),
    "group.": LogAction(REST, _l("Changed the groups of a site")),
    "groups.": LogAction(REST, _l("Changed the groups of a site")),
    "groups.apart": LogAction(REST, _l("Said with a child advocate that groups share no child")),
    "questionnaire.import": LogAction(REST, _l("Kept a version of a questionnaire")),
    "questionnaire.approve": LogAction(REST, _l("Approved a questionnaire")),
    "questionnaire.not_abuse": LogAction(REST, _l("Said why a question that seems to ask about abuse may be asked")),
    "questionnaire.not_who": LogAction(REST, _l("Said that a question does not ask who a child is")),
    "questionnaire.picture_withdraw": LogAction(REST, _l("Withdrew a picture")),
    "questionnaire.picture_agree": LogAction(REST, _l("Agreed to what takes a withdrawn picture's place")),
    "questionnaire.picture_decline": LogAction(REST, _l("Declined what was to take a withdrawn picture's place")),
    "questionnaire.": LogAction(REST, _l("Worked on a questionnaire")),
    "representative.": LogAction(REST, _l("Worked with a representative")),
    "representative.word": LogAction(REST, _l("Gave a representative new pictures")),
    "round.open": LogAction(REST, _l("Opened a round")),
    "round.end": LogAction(REST, _l("Ended a round")),
    "round.": LogAction(REST, _l("Worked on a round")),
    "service.": LogAction(REST, _l("Changed the services nearby")),
    "session.": LogAction(REST, _l("Worked on a school session")),
    "site.": LogAction(REST, _l("Changed a site")),
    "site.close.ask": LogAction(REST, _l("Asked to close a site")),
    "site.close.confirm": LogAction(REST, _l("Confirmed that a site closes")),
    "site.close.call_off": LogAction(REST, _l("Called off that a site closes")),
    "slips.": LogAction(REST, _l("Printed slips or cards")),
    "slips.anew": LogAction(REST, _l("Printed new slips or cards: the earlier ones are no longer valid")),
    "tablet.": LogAction(REST, _l("Changed a tablet")),
    "interpreter.": LogAction(REST, _l("Entered which languages an interpreter speaks")),
    "language.": LogAction(REST, _l("Signed for a language, or withdrew one")),
    "text.": LogAction(REST, _l("Marked a text as read or tried")),
}
"""By code. A code that ends with a dot stands for all codes with that beginning that have no label of their own."""


def find_action(code: str) -> LogAction:
    """The label and kind of a code; an unknown code is of the kind `rest`, with the code as label."""
    if code in LOG_ACTIONS:
        return LOG_ACTIONS[code]
    begin = f"{code.partition('.')[0]}."
    return LOG_ACTIONS.get(begin, LogAction(REST, code))
