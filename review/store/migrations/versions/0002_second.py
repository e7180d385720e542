"""What came after the first schema: new facts with their triggers, new projections and columns."""

import sqlalchemy as sa
from alembic import op

from review.store.triggers import statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY: tuple[str, ...] = ("undone", "relation", "ranking_switch", "stopping_sample", "stop")


def upgrade() -> None:
    op.create_table(
        "rank_model",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("finished", sa.DateTime(), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("relevant", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rank_model")),
    )
    op.create_table(
        "ranking_switch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_switch_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_switch")),
    )
    op.create_table(
        "stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("statement", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("lifts", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["lifts"], ["stop.id"], name=op.f("fk_stop_lifts_stop")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_stop_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
    )
    op.create_table(
        "stopping_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_stopping_sample_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stopping_sample")),
    )
    op.create_table(
        "rank_score",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_rank_score_record_id_record")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_rank_score")),
    )
    op.create_table(
        "relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "conference-abstract",
                "preprint",
                "notice",
                "comment",
                "protocol",
                "version",
                "trial",
                "report",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("a", sa.Integer(), nullable=False),
        sa.Column("b", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["a"], ["record.id"], name=op.f("fk_relation_a_record")),
        sa.ForeignKeyConstraint(["b"], ["record.id"], name=op.f("fk_relation_b_record")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_relation_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
    )
    op.create_index(op.f("ix_relation_a"), "relation", ["a"], unique=False)
    op.create_index(op.f("ix_relation_b"), "relation", ["b"], unique=False)
    op.create_table(
        "undone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("duplicate_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duplicate_id"], ["duplicate.id"], name=op.f("fk_undone_duplicate_id_duplicate")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_undone_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undone")),
    )
    op.create_index(op.f("ix_undone_duplicate_id"), "undone", ["duplicate_id"], unique=False)
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)
