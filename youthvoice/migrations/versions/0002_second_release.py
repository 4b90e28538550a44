"""second release."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text("'1970-01-01 00:00:00'"), nullable=False))
        batch_op.create_index('ix_batches_closed_on', ['closed_on'], unique=False)
        batch_op.create_index('ix_batches_due_at', ['due_at'], unique=False, sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))

    with op.batch_alter_table('kept_pdfs', schema=None) as batch_op:
        batch_op.create_index('ix_kept_pdfs_asked', ['id'], unique=False, sqlite_where=sa.text('asked = 1'), postgresql_where=sa.text('asked'))

    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.create_index('ix_outgoing_mail_waits', ['channel', 'followed', 'next_try_at'], unique=False, sqlite_where=sa.text('NOT given_up AND sent_on IS NULL'), postgresql_where=sa.text('NOT given_up AND sent_on IS NULL'))

    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL keeps a long column elsewhere
        with op.batch_alter_table('owed', recreate='always', partial_reordering=[('reminded_on', 'locked')]):
            pass
    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_owed_site_id'))
        batch_op.create_index('ix_owed_site_id', ['site_id', 'kind', 'due'], unique=False)
        batch_op.create_index('ix_owed_settled_on', ['kind', 'settled_on'], unique=False, sqlite_where=sa.text('settled_on IS NOT NULL'), postgresql_where=sa.text('settled_on IS NOT NULL'))
        batch_op.create_index('ix_owed_unsettled', ['kind', 'due'], unique=False, sqlite_where=sa.text('settled_on IS NULL'), postgresql_where=sa.text('settled_on IS NULL'))

    with op.batch_alter_table('publications', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publications_approved_on'), ['approved_on'], unique=False)

    op.create_table('quiet_pages',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('states', sa.LargeBinary(), nullable=False),
    sa.Column('replies', sa.LargeBinary(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_quiet_pages_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_quiet_pages'))
    )

    if op.get_bind().dialect.name == "sqlite":
        _copy_threads()
    else:
        _add_places()


_COLUMNS = "id, site_id, day, public_key, locator, reply_key, receipt, code_seen, destruction_month, marks, version"
_RANDOM_62_BITS = 2**62 - 1
_LOWEST_PLACE = 10**18


def _copy_threads() -> None:
    """A table of SQLite gets a rowid only as another table. Those that refer to it do so by its name."""
    op.create_table('threads_with_places',
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('locator', sa.LargeBinary(length=16), nullable=False),
    sa.Column('reply_key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('receipt', sa.LargeBinary(length=32), nullable=False),
    sa.Column('code_seen', sa.Boolean(), nullable=False),
    sa.Column('destruction_month', sa.String(length=7), nullable=False),
    sa.Column('marks', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_threads_site_id_sites')),
    sa.PrimaryKeyConstraint('place', name=op.f('pk_threads')),
    sa.UniqueConstraint('id', name=op.f('uq_threads_id')),
    sa.UniqueConstraint('receipt', name=op.f('uq_threads_receipt')),
    sa.UniqueConstraint('site_id', 'locator', name=op.f('uq_threads_site_id_locator'))
    )
    place = f"{_LOWEST_PLACE} + (random() & {_RANDOM_62_BITS})"
    op.execute(f"INSERT INTO threads_with_places (place, {_COLUMNS}) SELECT {place}, {_COLUMNS} FROM threads")
    op.drop_table('threads')
    op.rename_table('threads_with_places', 'threads')
    op.create_index(op.f('ix_threads_destruction_month'), 'threads', ['destruction_month'], unique=False)
    op.create_index(op.f('ix_threads_site_id'), 'threads', ['site_id'], unique=False)


_REFERRING = ('thread_entries', 'thread_replies', 'thread_wraps')


def _add_places() -> None:
    """PostgreSQL changes the table itself; the last 62 bits of a random UUID are random."""
    for table in _REFERRING:
        op.drop_constraint(op.f(f'fk_{table}_thread_id_threads'), table, type_='foreignkey')
    op.drop_constraint(op.f('pk_threads'), 'threads', type_='primary')
    op.add_column('threads', sa.Column('place', sa.BigInteger(), autoincrement=False, nullable=True))
    number = "('x' || substr(replace(gen_random_uuid()::text, '-', ''), 17))::bit(64)::bigint"
    op.execute(f"UPDATE threads SET place = {_LOWEST_PLACE} + ({number} & {_RANDOM_62_BITS})")
    op.alter_column('threads', 'place', nullable=False)
    op.create_primary_key(op.f('pk_threads'), 'threads', ['place'])
    op.create_unique_constraint(op.f('uq_threads_id'), 'threads', ['id'])
    for table in _REFERRING:
        op.create_foreign_key(op.f(f'fk_{table}_thread_id_threads'), table, 'threads', ['thread_id'], ['id'], ondelete='CASCADE')
