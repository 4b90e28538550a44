"""Every table of the house in one metadata: for migrations, backups and tests."""

from sqlalchemy import MetaData

import youthvoice.access.models
import youthvoice.answers.models
import youthvoice.audit.models
import youthvoice.clips.models
import youthvoice.committees.models
import youthvoice.grievances.models
import youthvoice.mail.models
import youthvoice.places.models
import youthvoice.publications.models
import youthvoice.slips.models
import youthvoice.staff.models
import youthvoice.surveys.models
import youthvoice.threads.models
import youthvoice.witnesses.models
import youthvoice.work.models  # noqa: F401 - importing a room's models fills the metadata
from youthvoice.db import Base


def metadata() -> MetaData:
    """The metadata with every table in it."""
    return Base.metadata
