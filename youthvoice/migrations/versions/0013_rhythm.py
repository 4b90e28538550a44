"""Letters on a rhythm: subscriptions, what each address was written about, kinds of addresses, what became of a letter.

Whom a view was sent to before is known from the days only; those letters have no Message-ID here.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
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

    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=20), server_default='guardian', nullable=False))

    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('followed', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('reason', sa.String(length=20), server_default='', nullable=False))
        batch_op.add_column(sa.Column('sent_on', sa.Date(), nullable=True))

    for told_of in ("CAST(NULL AS DATE)", "told_of"):
        op.execute(
            "INSERT INTO guardian_letters (address_id, publication_id, message_id, told_of, written_on)"
            f" SELECT addresses.id, publication_id, '', {told_of}, sent_on FROM publication_sites"
            " JOIN addresses ON addresses.site_id = publication_sites.site_id"
            " WHERE sent_on IS NOT NULL AND cleared_on <= sent_on"
            + (" AND told_of IS NOT NULL" if told_of == "told_of" else "")
        )


def downgrade() -> None:
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_column('sent_on')
        batch_op.drop_column('reason')
        batch_op.drop_column('followed')

    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.drop_column('kind')

    with op.batch_alter_table('guardian_letters', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guardian_letters_publication_id'))
        batch_op.drop_index(batch_op.f('ix_guardian_letters_address_id'))

    op.drop_table('guardian_letters')
    op.drop_table('subscriptions')
