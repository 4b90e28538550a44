"""Every table in one metadata: for migrations, backups and tests; whoever imports this has read every model."""

from sqlalchemy import MetaData

import youthvoice.access.models
import youthvoice.accountability.models
import youthvoice.accounts.models
import youthvoice.audit.models
import youthvoice.clips.models
import youthvoice.committees.models
import youthvoice.grievances.models
import youthvoice.jobs.models
import youthvoice.mail.models
import youthvoice.publications.models
import youthvoice.sites.models
import youthvoice.slips.models
import youthvoice.surveys.models
import youthvoice.threads.models
import youthvoice.witnesses.models
from youthvoice.db import Base

MODELS = (
    youthvoice.access.models,
    youthvoice.accountability.models,
    youthvoice.accounts.models,
    youthvoice.audit.models,
    youthvoice.clips.models,
    youthvoice.committees.models,
    youthvoice.grievances.models,
    youthvoice.jobs.models,
    youthvoice.mail.models,
    youthvoice.publications.models,
    youthvoice.sites.models,
    youthvoice.slips.models,
    youthvoice.surveys.models,
    youthvoice.threads.models,
    youthvoice.witnesses.models,
)
"""Named, so that nobody takes an import away because nothing else here uses it."""


def full_metadata() -> MetaData:
    """The metadata with every table in it."""
    return Base.metadata
