"""What `youthvoice doctor` says of the telephone line."""

import os
import shutil
from collections.abc import Iterator

from flask_babel import LazyString, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.jobs.worker_health import is_line_silent
from youthvoice.phone_line.modem import ModemLost, PortTaken, open_port
from youthvoice.phone_line.recorded_sentences import find_line
from youthvoice.phone_line.wave_sound import PROGRAM
from youthvoice.sites.store import find_phone_site


def phone_complaints(session: Session) -> Iterator[LazyString]:
    """What keeps children from hearing an answer by telephone; nothing where no line is set."""
    port = context.settings().phone
    if port is None:
        return
    site, line, is_served = find_phone_site(session), find_line(session), False
    try:
        os.close(open_port(port))
    except PortTaken:
        is_served = True  # by the process that answers
    except ModemLost as error:
        yield _l(
            "%(port)s (YOUTHVOICE_PHONE) cannot be opened: %(why)s Is the modem plugged in, may this user open it?",
            port=port,
            why=str(error),
        )
    else:
        yield _l("Nobody answers the telephone line. Start its process with: youthvoice phone")
    if not shutil.which(PROGRAM):
        yield _l("The telephone line plays nothing: install ffmpeg.")
    if site is None:
        yield _l("The telephone line has no site: a coordinator writes its number on the page of a site.")
    elif line is None:
        yield _l(
            "The telephone line answers no call until all its sentences are recorded in one language of the site "
            "(Read aloud)."
        )
    elif is_served and is_line_silent(session):
        yield _l(
            "The telephone line could answer no call for three hours, though its process runs: the modem is silent, or "
            "in no network. Is its card in, unlocked and paid? Start it anew, and call it."
        )
    elif site.phone_heard is None:
        yield _l(
            "Children do not see the number of the telephone line yet: call it, and press any seven keys. It says that "
            "they open nothing."
        )
