"""grievances."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_heads',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.Column('mac', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_audit_heads'))
    )
    op.create_table('code_tries',
    sa.Column('who', sa.LargeBinary(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('slot', sa.LargeBinary(length=32), nullable=False),
    sa.Column('noise', sa.LargeBinary(length=8), nullable=False),
    sa.Column('warned', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('who', name=op.f('pk_code_tries')),
    sqlite_with_rowid=False
    )
    op.create_table('witnesses',
    sa.Column('slot', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('slot', name=op.f('pk_witnesses'))
    )
    op.create_table('daily_notices',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_daily_notices_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_daily_notices'))
    )
    op.create_table('handed_items',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('destruction_month', sa.String(length=7), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_handed_items_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handed_items')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('handed_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handed_items_person_id'), ['person_id'], unique=False)

    op.create_table('invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.Column('site_ids', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('invited_by', sa.Integer(), nullable=False),
    sa.Column('mail', sa.LargeBinary(), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_on', sa.Date(), nullable=True),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['invited_by'], ['people.id'], name=op.f('fk_invitations_invited_by_people')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_invitations_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    op.create_table('key_comparisons',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('key_version', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_key_comparisons_by_id_people')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_key_comparisons_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'by_id', name=op.f('pk_key_comparisons'))
    )
    op.create_table('on_call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_on_call_person_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_on_call_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_call'))
    )
    with op.batch_alter_table('on_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_on_call_site_id'), ['site_id'], unique=False)

    op.create_table('recovery_codes',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recovery_codes_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'code_hash', name=op.f('pk_recovery_codes'))
    )
    op.create_table('report_years',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_report_years_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', 'year', name=op.f('pk_report_years'))
    )
    op.create_table('services',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('verified_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_services_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_services'))
    )
    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_services_site_id'), ['site_id'], unique=False)

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

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held', sa.Boolean(), server_default=sa.text('(false)'), nullable=False))

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('trusted_from', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('mail', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('codes', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('code_used', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('test_asked_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('tested_on', sa.Date(), nullable=True))

    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('jurisdiction', sa.String(length=40), server_default='general', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.drop_column('jurisdiction')

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('tested_on')
        batch_op.drop_column('test_asked_on')
        batch_op.drop_column('code_used')
        batch_op.drop_column('codes')
        batch_op.drop_column('mail')
        batch_op.drop_column('trusted_from')

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_column('held')

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
    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_services_site_id'))

    op.drop_table('services')
    op.drop_table('report_years')
    op.drop_table('recovery_codes')
    with op.batch_alter_table('on_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_on_call_site_id'))

    op.drop_table('on_call')
    op.drop_table('key_comparisons')
    op.drop_table('invitations')
    with op.batch_alter_table('handed_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_handed_items_person_id'))

    op.drop_table('handed_items')
    op.drop_table('daily_notices')
    op.drop_table('witnesses')
    op.drop_table('code_tries')
    op.drop_table('audit_heads')
