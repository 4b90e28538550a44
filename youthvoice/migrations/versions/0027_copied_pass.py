"""copied_pass."""

import hashlib
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

_HEAD, _DIGITS = len("intake-2026-11\n"), 32


def upgrade() -> None:
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('successor_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('passes_from', sa.Integer(), server_default='0', nullable=False))
    op.execute('ALTER TABLE box_envelopes RENAME COLUMN sheet TO digest')
    # One at a time: the disk of a box may be nearly full.
    _name_anew(lambda blob: hashlib.sha256(blob).digest()[:16])


def downgrade() -> None:
    _name_anew(lambda blob: bytes.fromhex(blob[_HEAD:_HEAD + _DIGITS].decode()))
    op.execute('ALTER TABLE box_envelopes RENAME COLUMN digest TO sheet')
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.drop_column('passes_from')
        batch_op.drop_column('successor_id')


def _name_anew(name_of: Callable[[bytes], bytes]) -> None:
    """Envelopes in a box were found by the number on them, and are by what they hold."""
    connection, table = op.get_bind(), sa.table('box_envelopes', sa.column('digest'), sa.column('blob'))
    for before in connection.scalars(sa.select(table.c.digest)).all():
        blob: bytes = connection.scalars(sa.select(table.c.blob).where(table.c.digest == before)).one()
        connection.execute(sa.update(table).where(table.c.digest == before).values(digest=name_of(blob)))
