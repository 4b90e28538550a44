"""first release."""

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
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entries_day'), ['day'], unique=False)

    op.create_table('audit_heads',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.Column('mac', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_audit_heads'))
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

    op.create_table('box_envelopes',
    sa.Column('digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_box_envelopes')),
    sqlite_with_rowid=False
    )
    op.create_table('box_pages',
    sa.Column('name', sa.String(length=400), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_box_pages'))
    )
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
    op.create_table('database_id',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_database_id'))
    )
    op.create_table('heartbeats',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeats'))
    )
    op.create_table('influence_years',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_influence_years'))
    )
    op.create_table('kept_pdfs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=True),
    sa.Column('locked', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=12), server_default='asked', nullable=False),
    sa.Column('asked', sa.Boolean(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_pdfs')),
    sa.UniqueConstraint('kind', 'subject', 'language', name=op.f('uq_kept_pdfs_kind_subject_language'))
    )
    op.create_table('outgoing_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('given_up', sa.Boolean(), nullable=False),
    sa.Column('followed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('reason', sa.String(length=20), server_default='', nullable=False),
    sa.Column('channel', sa.String(length=8), server_default='mail', nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
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
    sa.Column('trusted_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mail', sa.LargeBinary(), nullable=True),
    sa.Column('telephone', sa.LargeBinary(), nullable=True),
    sa.Column('codes', sa.LargeBinary(), nullable=True),
    sa.Column('code_used', sa.Integer(), nullable=True),
    sa.Column('trained_until', sa.Date(), nullable=True),
    sa.Column('test_asked_on', sa.Date(), nullable=True),
    sa.Column('tested_on', sa.Date(), nullable=True),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('password_known', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('picture', sa.String(length=20), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('handle', name=op.f('uq_people_handle'))
    )
    op.create_table('questionnaire_pictures',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('instead', sa.String(length=40), server_default='', nullable=False),
    sa.Column('proposed', sa.String(length=40), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_questionnaire_pictures'))
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
    sa.Column('wanted_languages', sa.JSON(), nullable=False),
    sa.Column('helpline_name', sa.String(length=120), nullable=False),
    sa.Column('helpline_number', sa.String(length=40), nullable=False),
    sa.Column('helpline_hours', sa.String(length=120), nullable=False),
    sa.Column('helpline_languages', sa.JSON(), nullable=False),
    sa.Column('helpline_tested', sa.Date(), nullable=True),
    sa.Column('danger_number', sa.String(length=40), nullable=False),
    sa.Column('danger_adult', sa.String(length=120), nullable=False),
    sa.Column('jurisdiction', sa.String(length=40), server_default='general', nullable=False),
    sa.Column('mail_picture', sa.String(length=20), server_default='', nullable=False),
    sa.Column('mail_word', sa.String(length=40), server_default='', nullable=False),
    sa.Column('staff_word', sa.String(length=40), server_default='', nullable=False),
    sa.Column('ask_number', sa.String(length=40), server_default='', nullable=False),
    sa.Column('ask_hours', sa.String(length=120), server_default='', nullable=False),
    sa.Column('strip_words', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('sign_language', sa.String(length=3), server_default='', nullable=False),
    sa.Column('sign_name', sa.String(length=60), server_default='', nullable=False),
    sa.Column('phone_number', sa.String(length=40), server_default='', nullable=False),
    sa.Column('phone_heard', sa.Date(), nullable=True),
    sa.Column('closing_asked', sa.Date(), nullable=True),
    sa.Column('closes_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sites')),
    sa.UniqueConstraint('slug', name=op.f('uq_sites_slug'))
    )
    op.create_table('slips',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('of', sa.String(length=60), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('spent', sa.Boolean(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slips')),
    sa.UniqueConstraint('of', 'code_hash', name=op.f('uq_slips_of_code_hash')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('slips', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slips_of'), ['of'], unique=False)

    op.create_table('taps',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_taps')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('taps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_taps_kind'), ['kind'], unique=False)

    op.create_table('text_readings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('text', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('read_on', sa.Date(), nullable=False),
    sa.Column('understood', sa.String(length=400), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_readings')),
    sa.UniqueConstraint('text', 'kind', 'person_id', name=op.f('uq_text_readings_text_kind_person_id'))
    )
    with op.batch_alter_table('text_readings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_text_readings_language'), ['language'], unique=False)

    op.create_table('witnesses',
    sa.Column('slot', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('slot', name=op.f('pk_witnesses'))
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
    sa.Column('kind', sa.String(length=20), server_default='guardian', nullable=False),
    sa.ForeignKeyConstraint(['cleared_by'], ['people.id'], name=op.f('fk_addresses_cleared_by_people')),
    sa.ForeignKeyConstraint(['entered_by'], ['people.id'], name=op.f('fk_addresses_entered_by_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_addresses_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addresses')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_addresses_fingerprint'))
    )
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_addresses_site_id'), ['site_id'], unique=False)

    op.create_table('agreement_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.LargeBinary(length=16), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_of', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['people.id'], name=op.f('fk_agreement_requests_asked_by_people')),
    sa.ForeignKeyConstraint(['asked_of'], ['people.id'], name=op.f('fk_agreement_requests_asked_of_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_requests')),
    sa.UniqueConstraint('mark', name=op.f('uq_agreement_requests_mark'))
    )
    with op.batch_alter_table('agreement_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_requests_asked_by'), ['asked_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_requests_asked_of'), ['asked_of'], unique=False)

    op.create_table('asked',
    sa.Column('identity', sa.String(length=64), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=8), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_asked_batch_id_batches')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_asked_site_id_sites')),
    sa.PrimaryKeyConstraint('identity', 'site_id', 'period', name=op.f('pk_asked'))
    )
    op.create_table('asked_groups',
    sa.Column('identity', sa.String(length=64), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=8), nullable=False),
    sa.Column('group_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_asked_groups_batch_id_batches')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_asked_groups_site_id_sites')),
    sa.PrimaryKeyConstraint('identity', 'site_id', 'period', 'group_id', name=op.f('pk_asked_groups'))
    )
    op.create_table('care_quarters',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_care_quarters_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', 'first', name=op.f('pk_care_quarters'))
    )
    op.create_table('committees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('preset', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('facilitator_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rhythm_days', sa.Integer(), nullable=False),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('term_days', sa.Integer(), nullable=False),
    sa.Column('check_days', sa.Integer(), nullable=False),
    sa.Column('calendar_version', sa.Integer(), nullable=False),
    sa.Column('goes_up_to_id', sa.Integer(), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['facilitator_id'], ['people.id'], name=op.f('fk_committees_facilitator_id_people')),
    sa.ForeignKeyConstraint(['goes_up_to_id'], ['committees.id'], name=op.f('fk_committees_goes_up_to_id_committees')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_committees_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committees')),
    sa.UniqueConstraint('site_id', 'name', name=op.f('uq_committees_site_id_name'))
    )
    with op.batch_alter_table('committees', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committees_site_id'), ['site_id'], unique=False)

    op.create_table('daily_notices',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_daily_notices_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_daily_notices'))
    )
    op.create_table('decision_makers',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_decision_makers_person_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_decision_makers_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_decision_makers'))
    )
    with op.batch_alter_table('decision_makers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_makers_person_id'), ['person_id'], unique=False)

    op.create_table('former_names',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('with_id', sa.Integer(), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_former_names_person_id_people')),
    sa.ForeignKeyConstraint(['with_id'], ['people.id'], name=op.f('fk_former_names_with_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_former_names'))
    )
    with op.batch_alter_table('former_names', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_names_person_id'), ['person_id'], unique=False)

    op.create_table('good_news',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('written_by', sa.Integer(), nullable=False),
    sa.Column('for_adult', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('agreed_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agreed_by'], ['people.id'], name=op.f('fk_good_news_agreed_by_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_good_news_site_id_sites')),
    sa.ForeignKeyConstraint(['written_by'], ['people.id'], name=op.f('fk_good_news_written_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_good_news')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('good_news', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_good_news_site_id'), ['site_id'], unique=False)

    op.create_table('groups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('apart', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_groups_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_groups')),
    sa.UniqueConstraint('site_id', 'name', name=op.f('uq_groups_site_id_name'))
    )
    op.create_table('handed_items',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('renderings', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('destruction_month', sa.String(length=7), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_handed_items_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handed_items')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('handed_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handed_items_ends_on'), ['ends_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_handed_items_person_id'), ['person_id'], unique=False)

    op.create_table('interpreters',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('works_at', sa.JSON(), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_interpreters_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_interpreters'))
    )
    op.create_table('introductions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('approved', sa.Boolean(), nullable=False),
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('media', sa.String(length=20), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_introductions_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_introductions')),
    sa.UniqueConstraint('person_id', 'kind', 'language', 'approved', name=op.f('uq_introductions_person_id_kind_language_approved'))
    )
    with op.batch_alter_table('introductions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_introductions_digest'), ['digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_introductions_person_id'), ['person_id'], unique=False)

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
    op.create_table('knock_boxes',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.String(length=13), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_knock_boxes_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_knock_boxes'))
    )
    op.create_table('language_signatures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('speaker', sa.String(length=60), nullable=False),
    sa.Column('signed_by', sa.String(length=80), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_language_signatures_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_language_signatures')),
    sa.UniqueConstraint('site_id', 'language', name=op.f('uq_language_signatures_site_id_language'))
    )
    op.create_table('letter_clocks',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_letter_clocks_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', 'day', name=op.f('pk_letter_clocks'))
    )
    op.create_table('listening_times',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=16), nullable=False),
    sa.Column('hours', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_listening_times_person_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_listening_times_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', 'person_id', name=op.f('pk_listening_times'))
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
    sa.Column('rung', sa.String(length=20), server_default='owner', nullable=False),
    sa.Column('asked_id', sa.Integer(), nullable=True),
    sa.Column('asked_until', sa.Date(), nullable=True),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['asked_id'], ['people.id'], name=op.f('fk_owed_asked_id_people')),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_owed_owner_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_owed_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_owed')),
    sa.UniqueConstraint('kind', 'subject', 'site_id', name=op.f('uq_owed_kind_subject_site_id'))
    )
    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_owed_asked_id'), ['asked_id'], unique=False)
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

    op.create_table('questionnaire_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('changed_on', sa.Date(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_questionnaire_drafts_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_drafts'))
    )
    with op.batch_alter_table('questionnaire_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questionnaire_drafts_person_id'), ['person_id'], unique=False)

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
    sa.Column('notes', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('overrides', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('back_by', sa.Integer(), nullable=True),
    sa.Column('back_on', sa.Date(), nullable=True),
    sa.Column('back_reason', sa.String(length=600), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['people.id'], name=op.f('fk_questionnaires_approved_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaires')),
    sa.UniqueConstraint('name', 'version', name=op.f('uq_questionnaires_name_version'))
    )
    with op.batch_alter_table('questionnaires', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questionnaires_name'), ['name'], unique=False)

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
    op.create_table('reviews',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('advocate_id', sa.Integer(), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['advocate_id'], ['people.id'], name=op.f('fk_reviews_advocate_id_people')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['people.id'], name=op.f('fk_reviews_reviewer_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_reviews_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviews')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reviews_advocate_id'), ['advocate_id'], unique=False)
        batch_op.create_index('ix_reviews_list', ['site_id', 'day', 'id', 'version', 'decided_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_reviews_reviewer_id'), ['reviewer_id'], unique=False)

    op.create_table('round_drafts',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('changed_on', sa.Date(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_round_drafts_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_round_drafts'))
    )
    op.create_table('services',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('address', sa.String(length=200), server_default='', nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('verified_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_services_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_services'))
    )
    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_services_site_id'), ['site_id'], unique=False)

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

    op.create_table('subscriptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('rhythm', sa.String(length=20), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('done_for', sa.Date(), nullable=False),
    sa.Column('letters', sa.Integer(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['people.id'], name=op.f('fk_subscriptions_made_by_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_subscriptions_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriptions')),
    sa.UniqueConstraint('site_id', 'audience', 'language', name=op.f('uq_subscriptions_site_id_audience_language'))
    )
    op.create_table('suggestion_clocks',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_suggestion_clocks_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', 'day', name=op.f('pk_suggestion_clocks'))
    )
    op.create_table('support_counted',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_support_counted_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_support_counted'))
    )
    op.create_table('tablets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('code_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('enrolled_on', sa.Date(), nullable=True),
    sa.Column('retired_on', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.Integer(), nullable=True),
    sa.Column('passes_from', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lost_on', sa.Date(), nullable=True),
    sa.Column('voices', sa.String(length=200), nullable=False),
    sa.Column('status', sa.JSON(), nullable=True),
    sa.Column('status_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('shown', sa.JSON(), nullable=True),
    sa.Column('emptied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waits_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cleared_on', sa.Date(), nullable=True),
    sa.Column('clears', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('refused_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_tablets_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tablets')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_tablets_code_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_tablets_token_hash'))
    )
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tablets_site_id'), ['site_id'], unique=False)

    op.create_table('taps_counted',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_taps_counted_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_taps_counted'))
    )
    op.create_table('themes',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('subject', sa.String(length=160), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('written_by', sa.Integer(), nullable=False),
    sa.Column('agreed_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreed_by'], ['people.id'], name=op.f('fk_themes_agreed_by_people')),
    sa.ForeignKeyConstraint(['written_by'], ['people.id'], name=op.f('fk_themes_written_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_themes')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('themes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_themes_subject'), ['subject'], unique=False)

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

    op.create_table('elections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=24), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('post', sa.String(length=20), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('tie', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('first_count', sa.LargeBinary(), nullable=True),
    sa.Column('counted_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['committee_id'], ['committees.id'], name=op.f('fk_elections_committee_id_committees')),
    sa.ForeignKeyConstraint(['counted_by'], ['people.id'], name=op.f('fk_elections_counted_by_people')),
    sa.ForeignKeyConstraint(['opened_by'], ['people.id'], name=op.f('fk_elections_opened_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elections')),
    sa.UniqueConstraint('slug', name=op.f('uq_elections_slug'))
    )
    with op.batch_alter_table('elections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_elections_committee_id'), ['committee_id'], unique=False)

    op.create_table('meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('planned_for', sa.DateTime(timezone=True), nullable=True),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('children', sa.Integer(), nullable=True),
    sa.Column('adults', sa.Integer(), nullable=True),
    sa.Column('quorum', sa.Integer(), nullable=True),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.String(length=10), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('locked_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['committee_id'], ['committees.id'], name=op.f('fk_meetings_committee_id_committees')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings')),
    sa.UniqueConstraint('committee_id', 'planned_for', name=op.f('uq_meetings_committee_id_planned_for')),
    sa.UniqueConstraint('committee_id', 'starts_at', name=op.f('uq_meetings_committee_id_starts_at'))
    )
    op.create_table('representatives',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('post', sa.String(length=20), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('handed_over_on', sa.Date(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('verifier', sa.LargeBinary(length=32), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('code_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['committee_id'], ['committees.id'], name=op.f('fk_representatives_committee_id_committees')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_representatives')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_representatives_code_hash')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('representatives', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_representatives_committee_id'), ['committee_id'], unique=False)

    op.create_table('review_links',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('review_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_links_review_id_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_review_links_token_hash')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('review_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_links_review_id'), ['review_id'], unique=False)

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
    sa.Column('opened_by', sa.Integer(), nullable=True),
    sa.Column('seconded_by', sa.Integer(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('slips', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('group_name', sa.String(length=80), server_default='', nullable=False),
    sa.Column('split', sa.String(length=10), server_default='', nullable=False),
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

    op.create_table('thread_entries',
    sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('thread_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_entries_thread_id_threads'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('place', name=op.f('pk_thread_entries')),
    sa.UniqueConstraint('id', name=op.f('uq_thread_entries_id'))
    )
    with op.batch_alter_table('thread_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_entries_thread_id'), ['thread_id'], unique=False)

    op.create_table('thread_replies',
    sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('thread_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_replies_thread_id_threads'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('place', name=op.f('pk_thread_replies')),
    sa.UniqueConstraint('id', name=op.f('uq_thread_replies_id'))
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

    op.create_table('ballots',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['elections.id'], name=op.f('fk_ballots_election_id_elections')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballots')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('ballots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballots_election_id'), ['election_id'], unique=False)

    op.create_table('choices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('questionnaire_id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decider_id', sa.Integer(), nullable=False),
    sa.Column('answer_due', sa.Date(), nullable=False),
    sa.Column('invited', sa.Integer(), nullable=False),
    sa.Column('ties', sa.String(length=10), nullable=False),
    sa.Column('prepared_by', sa.Integer(), nullable=False),
    sa.Column('prepared_on', sa.Date(), nullable=False),
    sa.Column('again_until', sa.Date(), nullable=True),
    sa.Column('dropped_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['decider_id'], ['people.id'], name=op.f('fk_choices_decider_id_people')),
    sa.ForeignKeyConstraint(['prepared_by'], ['people.id'], name=op.f('fk_choices_prepared_by_people')),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaires.id'], name=op.f('fk_choices_questionnaire_id_questionnaires')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_choices_round_id_rounds')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_choices_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_choices')),
    sa.UniqueConstraint('round_id', name=op.f('uq_choices_round_id'))
    )
    with op.batch_alter_table('choices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_choices_site_id'), ['site_id'], unique=False)

    op.create_table('items',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('from_id', sa.LargeBinary(length=16), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('support', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['committee_id'], ['committees.id'], name=op.f('fk_items_committee_id_committees')),
    sa.ForeignKeyConstraint(['from_id'], ['items.id'], name=op.f('fk_items_from_id_items')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_items_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_items')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('items', schema=None) as batch_op:
        batch_op.create_index('ix_items_committee_id_state', ['committee_id', 'state', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_items_from_id'), ['from_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_items_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('letters',
    sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('box', sa.String(length=10), server_default='survey', nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=True),
    sa.Column('committee_id', sa.Integer(), nullable=True),
    sa.Column('question', sa.String(length=60), nullable=False),
    sa.Column('destruction_month', sa.String(length=7), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('shown_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('looked_at_on', sa.Date(), nullable=True),
    sa.Column('held', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['committee_id'], ['committees.id'], name=op.f('fk_letters_committee_id_committees')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_letters_round_id_rounds')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_letters_site_id_sites')),
    sa.PrimaryKeyConstraint('place', name=op.f('pk_letters')),
    sa.UniqueConstraint('id', name=op.f('uq_letters_id'))
    )
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letters_committee_id'), ['committee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_round_id'), ['round_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_site_id'), ['site_id'], unique=False)

    op.create_table('minutes_voices',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=10), nullable=False),
    sa.Column('sound', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_minutes_voices_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_voices')),
    sa.UniqueConstraint('meeting_id', 'field', name=op.f('uq_minutes_voices_meeting_id_field'))
    )
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

    op.create_table('school_sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('school', sa.String(length=120), nullable=False),
    sa.Column('class_name', sa.String(length=80), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('permission', sa.String(length=200), nullable=False),
    sa.Column('held_by', sa.Integer(), nullable=False),
    sa.Column('before_id', sa.Integer(), nullable=True),
    sa.Column('after_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.Column('archived_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['after_id'], ['rounds.id'], name=op.f('fk_school_sessions_after_id_rounds')),
    sa.ForeignKeyConstraint(['before_id'], ['rounds.id'], name=op.f('fk_school_sessions_before_id_rounds')),
    sa.ForeignKeyConstraint(['held_by'], ['people.id'], name=op.f('fk_school_sessions_held_by_people')),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_school_sessions_owner_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_school_sessions_site_id_sites')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_sessions'))
    )
    with op.batch_alter_table('school_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_sessions_site_id'), ['site_id'], unique=False)

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

    op.create_table('guardian_letters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address_id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('told_of', sa.Date(), nullable=True),
    sa.Column('written_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['addresses.id'], name=op.f('fk_guardian_letters_address_id_addresses')),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_guardian_letters_publication_id_publications')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardian_letters'))
    )
    with op.batch_alter_table('guardian_letters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guardian_letters_address_id'), ['address_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guardian_letters_publication_id'), ['publication_id'], unique=False)

    op.create_table('publication_sites',
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('letters', sa.Integer(), nullable=True),
    sa.Column('told_of', sa.Date(), nullable=True),
    sa.Column('told_letters', sa.Integer(), nullable=True),
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
    sa.Column('tag', sa.LargeBinary(length=16), nullable=True),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_wraps_letter_id_letters'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_wraps_person_id_people')),
    sa.PrimaryKeyConstraint('letter_id', 'person_id', name=op.f('pk_wraps')),
    sqlite_with_rowid=False
    )
