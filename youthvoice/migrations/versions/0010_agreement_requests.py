"""agreement_requests."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
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

    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entries_day'), ['day'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entries_day'))

    with op.batch_alter_table('agreement_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_requests_asked_of'))
        batch_op.drop_index(batch_op.f('ix_agreement_requests_asked_by'))

    op.drop_table('agreement_requests')
