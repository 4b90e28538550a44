"""grievances."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('handed_items',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('destruction_month', sa.String(length=7), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_handed_items_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handed_items')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('handed_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handed_items_person_id'), ['person_id'], unique=False)

    op.create_table('report_years',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_report_years_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', 'year', name=op.f('pk_report_years'))
    )
    op.create_table('threads',
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
    sa.PrimaryKeyConstraint('id', name=op.f('pk_threads')),
    sa.UniqueConstraint('receipt', name=op.f('uq_threads_receipt')),
    sa.UniqueConstraint('site_id', 'locator', name=op.f('uq_threads_site_id_locator')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_threads_destruction_month'), ['destruction_month'], unique=False)
        batch_op.create_index(batch_op.f('ix_threads_site_id'), ['site_id'], unique=False)

    op.create_table('thread_entries',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('thread_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_entries_thread_id_threads'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_entries')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('thread_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_entries_thread_id'), ['thread_id'], unique=False)

    op.create_table('thread_replies',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('thread_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_replies_thread_id_threads'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_replies')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('thread_replies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_replies_thread_id'), ['thread_id'], unique=False)

    op.create_table('thread_wraps',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('tag', sa.LargeBinary(length=16), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_thread_wraps_person_id_people')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_wraps_thread_id_threads'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'thread_id', name=op.f('pk_thread_wraps')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('thread_wraps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_wraps_thread_id'), ['thread_id'], unique=False)

    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('jurisdiction', sa.String(length=40), server_default='general', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.drop_column('jurisdiction')

    with op.batch_alter_table('thread_wraps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_thread_wraps_thread_id'))

    op.drop_table('thread_wraps')
    with op.batch_alter_table('thread_replies', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_thread_replies_thread_id'))

    op.drop_table('thread_replies')
    with op.batch_alter_table('thread_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_thread_entries_thread_id'))

    op.drop_table('thread_entries')
    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_threads_site_id'))
        batch_op.drop_index(batch_op.f('ix_threads_destruction_month'))

    op.drop_table('threads')
    op.drop_table('report_years')
    with op.batch_alter_table('handed_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_handed_items_person_id'))

    op.drop_table('handed_items')
