"""round_drafts."""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('round_drafts',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('changed_on', sa.Date(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_round_drafts_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_round_drafts'))
    )


def downgrade() -> None:
    op.drop_table('round_drafts')
