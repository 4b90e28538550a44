"""themes."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
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



def downgrade() -> None:
    with op.batch_alter_table('themes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_themes_subject'))

    op.drop_table('themes')
