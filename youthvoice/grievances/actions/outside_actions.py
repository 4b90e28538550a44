"""Actions towards other organisations: refer the child to a service, report to an authority."""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, RadioField, SelectChoice, TimeField
from wtforms.validators import InputRequired

from youthvoice.grievances.actions import base
from youthvoice.grievances.case.context import ReportContext
from youthvoice.sites.service_directory import Service, list_services
from youthvoice.threads.case_state import REPORTED
from youthvoice.web.i18n.formats import join_pair

_MAX_CHARACTERS = 2000

_MAX_NAME_CHARACTERS = 120

_ANOTHER = 0
"""The choice for a service that is not in the directory."""


class ReferForm(base.ActionForm):
    """Which service, and how far the referral is."""

    service = RadioField(_l("Which service?"), [InputRequired(_l("Choose a service."))], coerce=int)
    other = base.text_line(_l("If it is another one: its name, and how it is reached"), _MAX_NAME_CHARACTERS)
    state = RadioField(
        _l("How far is it?"),
        [InputRequired(_l("Choose how far it is."))],
        choices=[
            SelectChoice("asked", _l("The service was asked")),
            SelectChoice("accepted", _l("The service accepted")),
            SelectChoice("declined", _l("The service declined")),
            SelectChoice("outcome", _l("The service told what came of it")),
        ],
    )
    on = DateField(_l("On which day?"), [InputRequired(_l("Type the day."))])
    words = base.text_area(_l("In a few words"), _MAX_CHARACTERS)

    def prepare(self) -> None:
        """Offer the services of the site; choose the one of the latest referral."""
        listed = [SelectChoice(str(service.id), join_pair(service.name, service.phone)) for service in self.loaded]
        self.service.choices = [*listed, SelectChoice(str(_ANOTHER), _l("Another one, that is not in the directory"))]
        if not self.is_submitted():
            last = next(
                (
                    entry.said
                    for entry in reversed(self.report.of_kind("action"))
                    if entry.said.get("action") == "referral"
                ),
                None,
            )
            self.on.data = self.report.today
            self.service.data = None if self.loaded else _ANOTHER
            if last and last["service_id"] in {_ANOTHER, *(service.id for service in self.loaded)}:
                self.service.data = last["service_id"]
                self.other.data = "" if last["service_id"] else last["service"]


def _load_services(session: Session, report: ReportContext) -> list[Service]:
    return list_services(session, [report.site.id])


def _refer(report: ReportContext, form: ReferForm) -> base.Changes:
    if form.on.data > report.today:
        raise base.ActionRefused("on", str(_("This day has not come yet.")))
    values = {
        "action": "referral",
        "service": _service_name(form),
        "service_id": form.service.data,
        "state": form.state.data,
        "on": form.on.data.isoformat(),
        "words": form.words.data,
    }
    return base.Changes(report.case.on("acted", report.today), [("action", values)])


def _service_name(form: ReferForm) -> str:
    if form.service.data != _ANOTHER:
        return next(str(service.name) for service in form.loaded if service.id == form.service.data)
    if name := " ".join((form.other.data or "").split()):
        return name
    raise base.ActionRefused("other", str(_("Write the name of the service.")))


REFER = base.Action(
    "refer",
    "place",
    _l("Refer to a service"),
    ReferForm,
    _refer,
    small=_l("asked, accepted, declined, what came of it"),
    load=_load_services,
    later=True,
)


class AuthorityForm(base.ActionForm):
    """What was reported to which authority, and how."""

    authority = base.text_line(_l("To which authority?"), _MAX_NAME_CHARACTERS, _l("Type the name of the authority."))
    number = base.text_line(_l("Its entry number"), _MAX_NAME_CHARACTERS, _l("Type the entry number."))
    on = DateField(_l("On which day?"), [InputRequired(_l("Type the day."))])
    at = TimeField(_l("At what time?"), [InputRequired(_l("Type the time."))])
    simple = BooleanField(_l("It was written in simple language"))
    read_back = BooleanField(_l("It was read back to the person who reported it"))
    interpreter = base.text_line(_l("Interpreter, if there was one"), _MAX_NAME_CHARACTERS)
    words = base.text_area(_l("In a few words"), _MAX_CHARACTERS)

    def prepare(self) -> None:
        """Start with today."""
        if not self.is_submitted():
            self.on.data = self.report.today


def _report(report: ReportContext, form: AuthorityForm) -> base.Changes:
    if form.on.data > report.today:
        raise base.ActionRefused("on", str(_("This day has not come yet.")))
    values = {
        "action": "authority",
        "authority": form.authority.data,
        "number": form.number.data,
        "on": form.on.data.isoformat(),
        "at": f"{form.at.data:%H:%M}",
        "simple": bool(form.simple.data),
        "read_back": bool(form.read_back.data),
        "interpreter": form.interpreter.data,
        "words": form.words.data,
    }
    case = report.case.without_clock("authority").on("acted", report.today).on("authority", report.today)
    return base.Changes(case.flagged(REPORTED), [("action", values)], [base.timeline_step("authority_told")])


REPORT_TO_AUTHORITY = base.Action(
    "authority",
    "flag",
    _l("Report to an authority"),
    AuthorityForm,
    _report,
    done=_l("It is kept, and the child is told."),
    small=_l("number, time, who interpreted"),
    later=True,
)
