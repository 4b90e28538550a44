"""committees."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('slips',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('of', sa.String(length=60), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('spent', sa.Boolean(), nullable=False),
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

    op.create_table('decision_makers',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_decision_makers_person_id_people')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_decision_makers_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_decision_makers'))
    )
    with op.batch_alter_table('decision_makers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_makers_person_id'), ['person_id'], unique=False)

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
    op.create_table('taps_counted',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_taps_counted_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_taps_counted'))
    )
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

    op.create_table('minutes_voices',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=10), nullable=False),
    sa.Column('sound', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_minutes_voices_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_voices')),
    sa.UniqueConstraint('meeting_id', 'field', name=op.f('uq_minutes_voices_meeting_id_field'))
    )
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

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('box', sa.String(length=10), server_default='survey', nullable=False))
        batch_op.add_column(sa.Column('committee_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('due_on', sa.Date(), nullable=True))
        batch_op.alter_column('round_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_letters_committee_id'), ['committee_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_letters_committee_id_committees'), 'committees', ['committee_id'], ['id'])

    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rung', sa.String(length=20), server_default='owner', nullable=False))
        batch_op.add_column(sa.Column('asked_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('asked_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('reminded_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_owed_asked_id'), ['asked_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_owed_asked_id_people'), 'people', ['asked_id'], ['id'])

    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slips', sa.Boolean(), server_default=sa.text('(false)'), nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.drop_column('slips')

    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_owed_asked_id_people'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_owed_asked_id'))
        batch_op.drop_column('reminded_on')
        batch_op.drop_column('asked_until')
        batch_op.drop_column('asked_id')
        batch_op.drop_column('rung')

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_letters_committee_id_committees'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_letters_committee_id'))
        batch_op.alter_column('round_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('due_on')
        batch_op.drop_column('committee_id')
        batch_op.drop_column('box')

    with op.batch_alter_table('school_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_sessions_site_id'))

    op.drop_table('school_sessions')
    op.drop_table('minutes_voices')
    with op.batch_alter_table('items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_items_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_items_from_id'))
        batch_op.drop_index('ix_items_committee_id_state')

    op.drop_table('items')
    with op.batch_alter_table('choices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_choices_site_id'))

    op.drop_table('choices')
    with op.batch_alter_table('ballots', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ballots_election_id'))

    op.drop_table('ballots')
    with op.batch_alter_table('representatives', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_representatives_committee_id'))

    op.drop_table('representatives')
    op.drop_table('meetings')
    with op.batch_alter_table('elections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_elections_committee_id'))

    op.drop_table('elections')
    op.drop_table('taps_counted')
    op.drop_table('support_counted')
    op.drop_table('suggestion_clocks')
    with op.batch_alter_table('decision_makers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decision_makers_person_id'))

    op.drop_table('decision_makers')
    with op.batch_alter_table('committees', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_committees_site_id'))

    op.drop_table('committees')
    with op.batch_alter_table('taps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_taps_kind'))

    op.drop_table('taps')
    with op.batch_alter_table('slips', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_slips_of'))

    op.drop_table('slips')
