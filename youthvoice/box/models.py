"""Tables of a box: envelopes that wait for the main server, and the pages to show. Empty on a main server."""

from typing import Any

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class BoxEnvelopeRow(Base):
    """One envelope, as a tablet sealed it; `digest` covers all its bytes.

    Two may have the same outer number: a box cannot tell which of them is the child's, so it keeps both.
    """

    __tablename__ = "box_envelopes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class BoxPageRow(Base):
    """One page or file as the main server rendered it; `name` is its language and its address.

    With `next ` before its name it belongs to a version of which pages are still missing. Two rows hold no page, but
    values in `headers`: the manifest, and the state of the box (`store.BoxState`).
    """

    __tablename__ = "box_pages"

    name: Mapped[str] = mapped_column(String(400), primary_key=True)
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
