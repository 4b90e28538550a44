"""first house."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entries',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_entries'))
    )
    op.create_table('batches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pair', sa.String(length=24), nullable=True),
    sa.Column('answers_key', sa.String(length=80), nullable=False),
    sa.Column('looked', sa.String(length=6), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('sealed_counts', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batches'))
    )
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_batches_answers_key'), ['answers_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_batches_pair'), ['pair'], unique=False)

    op.create_table('clips',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=24), nullable=False),
    sa.Column('take', sa.String(length=8), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('sound', sa.LargeBinary(), nullable=False),
    sa.Column('recorded_by', sa.String(length=80), nullable=False),
    sa.Column('recorded_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clips')),
    sa.UniqueConstraint('name', name=op.f('uq_clips_name'))
    )
    with op.batch_alter_table('clips', schema=None) as batch_op:
        batch_op.create_index('ix_clips_language_place', ['language', 'place'], unique=False)

    op.create_table('database_id',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_database_id'))
    )
    op.create_table('heartbeats',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeats'))
    )
    op.create_table('outgoing_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('given_up', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_mail')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outgoing_mail_message_id'))
    )
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outgoing_mail_next_try_at'), ['next_try_at'], unique=False)

    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('handle', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=32), nullable=False),
    sa.Column('verifier_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('public_key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('wrapped_private_key', sa.LargeBinary(), nullable=False),
    sa.Column('key_version', sa.Integer(), nullable=False),
    sa.Column('cost', sa.JSON(), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.Column('trained_until', sa.Date(), nullable=True),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('handle', name=op.f('uq_people_handle'))
    )
    op.create_table('receipts',
    sa.Column('id_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_receipts')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('receipts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipts_month'), ['month'], unique=False)

    op.create_table('sites',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('mail_name', sa.String(length=120), nullable=False),
    sa.Column('time_zone', sa.String(length=60), nullable=False),
    sa.Column('daily_hour', sa.Integer(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('checked_languages', sa.JSON(), nullable=False),
    sa.Column('helpline_name', sa.String(length=120), nullable=False),
    sa.Column('helpline_number', sa.String(length=40), nullable=False),
    sa.Column('helpline_hours', sa.String(length=120), nullable=False),
    sa.Column('helpline_languages', sa.JSON(), nullable=False),
    sa.Column('helpline_tested', sa.Date(), nullable=True),
    sa.Column('danger_number', sa.String(length=40), nullable=False),
    sa.Column('danger_adult', sa.String(length=120), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sites')),
    sa.UniqueConstraint('slug', name=op.f('uq_sites_slug'))
    )
    op.create_table('wrong_tries',
    sa.Column('handle_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('handle_hash', 'hour', name=op.f('pk_wrong_tries'))
    )
    op.create_table('addresses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=32), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=False),
    sa.Column('cleared_by', sa.Integer(), nullable=True),
    sa.Column('cleared_on', sa.Date(), nullable=True),
    sa.Column('refused_on', sa.Date(), nullable=True),
    sa.Column('unsubscribed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['cleared_by'], ['people.id'], name=op.f('fk_addresses_cleared_by_people')),
    sa.ForeignKeyConstraint(['entered_by'], ['people.id'], name=op.f('fk_addresses_entered_by_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_addresses_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addresses')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_addresses_fingerprint'))
    )
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_addresses_site_id'), ['site_id'], unique=False)

    op.create_table('asked',
    sa.Column('identity', sa.String(length=64), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=8), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_asked_batch_id_batches')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_asked_site_id_sites')),
    sa.PrimaryKeyConstraint('identity', 'site_id', 'period', name=op.f('pk_asked'))
    )
    op.create_table('groups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_groups_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_groups')),
    sa.UniqueConstraint('site_id', 'name', name=op.f('uq_groups_site_id_name'))
    )
    op.create_table('owed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('subject', sa.String(length=160), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('owner_role', sa.String(length=30), nullable=True),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('shown_on', sa.Date(), nullable=True),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_owed_owner_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_owed_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_owed')),
    sa.UniqueConstraint('kind', 'subject', 'site_id', name=op.f('uq_owed_kind_subject_site_id'))
    )
    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_owed_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_owed_site_id'), ['site_id'], unique=False)

    op.create_table('person_sites',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_person_sites_person_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_person_sites_site_id_sites')),
    sa.PrimaryKeyConstraint('person_id', 'site_id', name=op.f('pk_person_sites'))
    )
    with op.batch_alter_table('person_sites', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_sites_site_id'), ['site_id'], unique=False)

    op.create_table('questionnaires',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('imported_by', sa.String(length=80), nullable=False),
    sa.Column('imported_on', sa.Date(), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['people.id'], name=op.f('fk_questionnaires_approved_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaires')),
    sa.UniqueConstraint('name', 'version', name=op.f('uq_questionnaires_name_version'))
    )
    with op.batch_alter_table('questionnaires', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questionnaires_name'), ['name'], unique=False)

    op.create_table('staff_sessions',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('sealed_private_key', sa.LargeBinary(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_staff_sessions_person_id_people')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_staff_sessions'))
    )
    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_sessions_person_id'), ['person_id'], unique=False)

    op.create_table('tablets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('code_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('enrolled_on', sa.Date(), nullable=True),
    sa.Column('retired_on', sa.Date(), nullable=True),
    sa.Column('voices', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_tablets_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tablets')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_tablets_code_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_tablets_token_hash'))
    )
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tablets_site_id'), ['site_id'], unique=False)

    op.create_table('rounds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=24), nullable=False),
    sa.Column('questionnaire_id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('wave', sa.String(length=10), nullable=False),
    sa.Column('link', sa.String(length=10), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('invited', sa.Integer(), nullable=False),
    sa.Column('permission', sa.String(length=200), nullable=False),
    sa.Column('decider_id', sa.Integer(), nullable=False),
    sa.Column('answer_due', sa.Date(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('seconded_by', sa.Integer(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_rounds_batch_id_batches')),
    sa.ForeignKeyConstraint(['decider_id'], ['people.id'], name=op.f('fk_rounds_decider_id_people')),
    sa.ForeignKeyConstraint(['opened_by'], ['people.id'], name=op.f('fk_rounds_opened_by_people')),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaires.id'], name=op.f('fk_rounds_questionnaire_id_questionnaires')),
    sa.ForeignKeyConstraint(['seconded_by'], ['people.id'], name=op.f('fk_rounds_seconded_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rounds')),
    sa.UniqueConstraint('slug', name=op.f('uq_rounds_slug'))
    )
    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rounds_batch_id'), ['batch_id'], unique=False)

    op.create_table('letters',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=60), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('destruction_month', sa.String(length=7), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('shown_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('looked_at_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_letters_round_id_rounds')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_letters_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letters_round_id'), ['round_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_site_id'), ['site_id'], unique=False)

    op.create_table('publications',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=24), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('sent_by', sa.Integer(), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['people.id'], name=op.f('fk_publications_approved_by_people')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_publications_round_id_rounds')),
    sa.ForeignKeyConstraint(['sent_by'], ['people.id'], name=op.f('fk_publications_sent_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publications')),
    sa.UniqueConstraint('round_id', 'audience', 'version', name=op.f('uq_publications_round_id_audience_version')),
    sa.UniqueConstraint('slug', name=op.f('uq_publications_slug'))
    )
    with op.batch_alter_table('publications', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publications_round_id'), ['round_id'], unique=False)

    op.create_table('round_sites',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('first', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_round_sites_round_id_rounds')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_round_sites_site_id_sites')),
    sa.PrimaryKeyConstraint('round_id', 'site_id', name=op.f('pk_round_sites'))
    )
    with op.batch_alter_table('round_sites', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_sites_site_id'), ['site_id'], unique=False)

    op.create_table('sheets',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_sheets_round_id_rounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheets')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('sheets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sheets_round_id'), ['round_id'], unique=False)

    op.create_table('sittings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('checks', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sittings_person_id_people')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_sittings_round_id_rounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sittings'))
    )
    with op.batch_alter_table('sittings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sittings_round_id'), ['round_id'], unique=False)

    op.create_table('publication_sites',
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('letters', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_publication_sites_publication_id_publications')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_publication_sites_site_id_sites')),
    sa.PrimaryKeyConstraint('publication_id', 'site_id', name=op.f('pk_publication_sites'))
    )
    with op.batch_alter_table('publication_sites', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publication_sites_site_id'), ['site_id'], unique=False)

    op.create_table('wraps',
    sa.Column('letter_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_wraps_letter_id_letters'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_wraps_person_id_people')),
    sa.PrimaryKeyConstraint('letter_id', 'person_id', name=op.f('pk_wraps')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    op.drop_table('wraps')
    with op.batch_alter_table('publication_sites', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publication_sites_site_id'))

    op.drop_table('publication_sites')
    with op.batch_alter_table('sittings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sittings_round_id'))

    op.drop_table('sittings')
    with op.batch_alter_table('sheets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sheets_round_id'))

    op.drop_table('sheets')
    with op.batch_alter_table('round_sites', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_round_sites_site_id'))

    op.drop_table('round_sites')
    with op.batch_alter_table('publications', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publications_round_id'))

    op.drop_table('publications')
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letters_site_id'))
        batch_op.drop_index(batch_op.f('ix_letters_round_id'))

    op.drop_table('letters')
    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rounds_batch_id'))

    op.drop_table('rounds')
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tablets_site_id'))

    op.drop_table('tablets')
    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_sessions_person_id'))

    op.drop_table('staff_sessions')
    with op.batch_alter_table('questionnaires', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_questionnaires_name'))

    op.drop_table('questionnaires')
    with op.batch_alter_table('person_sites', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_sites_site_id'))

    op.drop_table('person_sites')
    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_owed_site_id'))
        batch_op.drop_index(batch_op.f('ix_owed_owner_id'))

    op.drop_table('owed')
    op.drop_table('groups')
    op.drop_table('asked')
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_addresses_site_id'))

    op.drop_table('addresses')
    op.drop_table('wrong_tries')
    op.drop_table('sites')
    with op.batch_alter_table('receipts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_receipts_month'))

    op.drop_table('receipts')
    op.drop_table('people')
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outgoing_mail_next_try_at'))

    op.drop_table('outgoing_mail')
    op.drop_table('heartbeats')
    op.drop_table('database_id')
    with op.batch_alter_table('clips', schema=None) as batch_op:
        batch_op.drop_index('ix_clips_language_place')

    op.drop_table('clips')
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_batches_pair'))
        batch_op.drop_index(batch_op.f('ix_batches_answers_key'))

    op.drop_table('batches')
    op.drop_table('audit_entries')
