"""former_names."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
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



def downgrade() -> None:
    with op.batch_alter_table('former_names', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_former_names_person_id'))

    op.drop_table('former_names')
