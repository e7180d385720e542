"""What came after the first schema: new facts with their triggers, new projections and columns."""

import sqlalchemy as sa
from alembic import op

from review.store.triggers import statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY: tuple[str, ...] = (
    "undone",
    "relation",
    "amendment",
    "highlight_term",
    "stage_closure",
    "fetched_abstract",
    "retraction_told",
    "document_text",
    "attempt",
    "open_copy",
    "study_naming",
    "extraction_settlement",
    "extraction_discussion",
    "extraction_reopening",
    "tagging_done",
    "tag_judgement",
    "tag_discussion",
    "tag_settlement",
    "tagging_reopening",
    "suggestion_answer",
    "ranking_switch",
    "stopping_sample",
    "stop",
    "assignment",
    "assigned",
    "pilot",
    "pilot_record",
    "pilot_event",
    "claim",
    "claim_reading",
    "writing",
    "appraisal",
    "appraisal_settlement",
    "grade",
    "saved_query",
)


def upgrade() -> None:
    op.create_table(
        "evidence_bits",
        sa.Column("facet", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("facet", "code", "chunk", name=op.f("pk_evidence_bits")),
    )
    op.create_index("ix_evidence_bits_chunk", "evidence_bits", ["chunk"], unique=False)
    op.create_table(
        "rank_model",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("finished", sa.DateTime(), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("relevant", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("calibrated", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rank_model")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "title-abstract",
                "full-text",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "pairs",
                "split",
                "quota",
                "pool",
                "must",
                "balance",
                "return",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("pool", sa.JSON(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_assignment_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_plan"), "assignment", ["plan"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "added",
                "reworded",
                "retired",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_claim_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_key"), "claim", ["key"], unique=False)
    op.create_table(
        "highlight_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("term", sa.String(length=300), nullable=False),
        sa.Column("include", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_highlight_term_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_highlight_term")),
    )
    op.create_table(
        "pilot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "title-abstract",
                "full-text",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_pilot_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot")),
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
        "saved_query",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("query_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("expression", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("sort", sa.String(length=100), nullable=False),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.Column("view", sa.String(length=30), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_saved_query_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["query_id"], ["saved_query.id"], name=op.f("fk_saved_query_query_id_saved_query")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_query")),
    )
    op.create_index(op.f("ix_saved_query_query_id"), "saved_query", ["query_id"], unique=False)
    op.create_table(
        "stage_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "title-abstract",
                "full-text",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_stage_closure_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_closure")),
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
        "tag_discussion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "report",
                "study",
                "arm",
                "effect",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=100), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tag_discussion_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_discussion")),
    )
    op.create_index(
        "ix_tag_discussion_target", "tag_discussion", ["level", "target_id"], unique=False
    )
    op.create_table(
        "tag_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "report",
                "study",
                "arm",
                "effect",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=100), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tag_judgement_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_judgement")),
    )
    op.create_index(
        "ix_tag_judgement_target", "tag_judgement", ["level", "target_id"], unique=False
    )
    op.create_table(
        "tag_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "report",
                "study",
                "arm",
                "effect",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=100), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "adjudication",
                "discussion",
                "rule",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tag_settlement_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_settlement")),
    )
    op.create_index(
        "ix_tag_settlement_target", "tag_settlement", ["level", "target_id"], unique=False
    )
    op.create_table(
        "tagging_done",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "report",
                "study",
                "arm",
                "effect",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tagging_done_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tagging_done")),
    )
    op.create_index("ix_tagging_done_target", "tagging_done", ["level", "target_id"], unique=False)
    op.create_table(
        "tagging_reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "report",
                "study",
                "arm",
                "effect",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tagging_reopening_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tagging_reopening")),
    )
    op.create_index(
        "ix_tagging_reopening_target", "tagging_reopening", ["level", "target_id"], unique=False
    )
    op.create_table(
        "writing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "plain-summary",
                "mechanisms",
                "published-review",
                "questions",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_writing_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing")),
    )
    op.create_table(
        "appraisal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("tool", sa.String(length=60), nullable=False),
        sa.Column("tool_version", sa.String(), nullable=False),
        sa.Column("tool_reason", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column(
            "proposed",
            sa.Enum(
                "low",
                "some",
                "high",
                "very-high",
                "unclear",
                name="proposed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "overall",
            sa.Enum(
                "low",
                "some",
                "high",
                "very-high",
                "unclear",
                name="overall",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("protocol_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_appraisal_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["protocol_version"],
            ["protocol_version.id"],
            name=op.f("fk_appraisal_protocol_version_protocol_version"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_appraisal_study_id_study")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
    )
    op.create_index(op.f("ix_appraisal_study_id"), "appraisal", ["study_id"], unique=False)
    op.create_table(
        "appraisal_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("tool", sa.String(length=60), nullable=False),
        sa.Column("tool_version", sa.String(), nullable=False),
        sa.Column("tool_reason", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column(
            "proposed",
            sa.Enum(
                "low",
                "some",
                "high",
                "very-high",
                "unclear",
                name="proposed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "overall",
            sa.Enum(
                "low",
                "some",
                "high",
                "very-high",
                "unclear",
                name="overall",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("protocol_version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "adjudication",
                "discussion",
                "rule",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_appraisal_settlement_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["protocol_version"],
            ["protocol_version.id"],
            name=op.f("fk_appraisal_settlement_protocol_version_protocol_version"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_appraisal_settlement_study_id_study")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_settlement")),
    )
    op.create_index(
        op.f("ix_appraisal_settlement_study_id"), "appraisal_settlement", ["study_id"], unique=False
    )
    op.create_table(
        "claim_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_reading_claim_id_claim")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_claim_reading_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_reading")),
    )
    op.create_index(op.f("ix_claim_reading_claim_id"), "claim_reading", ["claim_id"], unique=False)
    op.create_table(
        "document_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "text",
                "part",
                "scanned",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("reader", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_text_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_document_text_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_text")),
    )
    op.create_index(
        op.f("ix_document_text_document_id"), "document_text", ["document_id"], unique=False
    )
    op.create_table(
        "extraction_draft",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "fill",
                "settle",
                "appraise",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("saved", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_extraction_draft_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_extraction_draft_study_id_study")
        ),
        sa.PrimaryKeyConstraint(
            "member_id", "study_id", "purpose", name=op.f("pk_extraction_draft")
        ),
    )
    op.create_table(
        "grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("contrast", sa.String(length=200), nullable=False),
        sa.Column("population", sa.String(length=200), nullable=False),
        sa.Column(
            "start",
            sa.Enum(
                "high",
                "moderate",
                "low",
                "very-low",
                name="start",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("start_reason", sa.String(), nullable=False),
        sa.Column("judgements", sa.JSON(), nullable=False),
        sa.Column(
            "certainty",
            sa.Enum(
                "high",
                "moderate",
                "low",
                "very-low",
                name="certainty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "adjudication",
                "discussion",
                "rule",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("protocol_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_grade_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["protocol_version"],
            ["protocol_version.id"],
            name=op.f("fk_grade_protocol_version_protocol_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade")),
    )
    op.create_index("ix_grade_group", "grade", ["outcome", "contrast", "population"], unique=False)
    op.create_table(
        "pilot_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "panel", "opened", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("panel", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_pilot_event_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_event_pilot_id_pilot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_event")),
    )
    op.create_index(op.f("ix_pilot_event_pilot_id"), "pilot_event", ["pilot_id"], unique=False)
    op.create_table(
        "study_naming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("cohort_family", sa.String(), nullable=False),
        sa.Column("population", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_study_naming_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_study_naming_study_id_study")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_naming")),
    )
    op.create_index(op.f("ix_study_naming_study_id"), "study_naming", ["study_id"], unique=False)
    op.create_table(
        "study_risk",
        sa.Column("study_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tool", sa.String(length=60), nullable=False),
        sa.Column(
            "overall",
            sa.Enum(
                "low",
                "some",
                "high",
                "very-high",
                "unclear",
                name="overall",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("fact", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_study_risk_study_id_study")
        ),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_study_risk")),
    )
    op.create_table(
        "assigned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assigned_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_assigned_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_assigned_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assigned")),
    )
    op.create_index(op.f("ix_assigned_assignment_id"), "assigned", ["assignment_id"], unique=False)
    op.create_index(op.f("ix_assigned_record_id"), "assigned", ["record_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "publisher",
                "open-access",
                "library",
                "interlibrary",
                "authors",
                "web",
                "other",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "waiting",
                "obtained",
                "unavailable",
                "refused",
                "no-answer",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_attempt_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_attempt_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_record_id"), "attempt", ["record_id"], unique=False)
    op.create_table(
        "evidence_block",
        sa.Column("extraction_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("first_effect", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extraction_id"],
            ["extraction.id"],
            name=op.f("fk_evidence_block_extraction_id_extraction"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_evidence_block_study_id_study")
        ),
        sa.PrimaryKeyConstraint("extraction_id", name=op.f("pk_evidence_block")),
        sa.UniqueConstraint("start", name=op.f("uq_evidence_block_start")),
    )
    op.create_index(
        op.f("ix_evidence_block_study_id"), "evidence_block", ["study_id"], unique=False
    )
    op.create_table(
        "extraction_discussion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("extraction_id", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["extraction_id"],
            ["extraction.id"],
            name=op.f("fk_extraction_discussion_extraction_id_extraction"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_extraction_discussion_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_extraction_discussion_study_id_study")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extraction_discussion")),
    )
    op.create_index(
        op.f("ix_extraction_discussion_study_id"),
        "extraction_discussion",
        ["study_id"],
        unique=False,
    )
    op.create_table(
        "extraction_reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["after_id"],
            ["extraction.id"],
            name=op.f("fk_extraction_reopening_after_id_extraction"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_extraction_reopening_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_extraction_reopening_study_id_study")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extraction_reopening")),
    )
    op.create_index(
        op.f("ix_extraction_reopening_study_id"), "extraction_reopening", ["study_id"], unique=False
    )
    op.create_table(
        "extraction_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("extraction_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "adjudication",
                "discussion",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extraction_id"],
            ["extraction.id"],
            name=op.f("fk_extraction_settlement_extraction_id_extraction"),
        ),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["extraction.id"],
            name=op.f("fk_extraction_settlement_first_id_extraction"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_extraction_settlement_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["extraction.id"],
            name=op.f("fk_extraction_settlement_second_id_extraction"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_extraction_settlement_study_id_study")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extraction_settlement")),
    )
    op.create_index(
        op.f("ix_extraction_settlement_extraction_id"),
        "extraction_settlement",
        ["extraction_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_extraction_settlement_study_id"),
        "extraction_settlement",
        ["study_id"],
        unique=False,
    )
    op.create_table(
        "fetched_abstract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("pmid", sa.String(length=20), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_fetched_abstract_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_fetched_abstract_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetched_abstract")),
    )
    op.create_index(
        op.f("ix_fetched_abstract_record_id"), "fetched_abstract", ["record_id"], unique=False
    )
    op.create_table(
        "open_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("doi", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "found",
                "none",
                "unknown",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("pdf_url", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_open_copy_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_open_copy_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_copy")),
    )
    op.create_index(op.f("ix_open_copy_record_id"), "open_copy", ["record_id"], unique=False)
    op.create_table(
        "pilot_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_pilot_record_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_record_pilot_id_pilot")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_pilot_record_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_record")),
    )
    op.create_index(op.f("ix_pilot_record_pilot_id"), "pilot_record", ["pilot_id"], unique=False)
    op.create_index(op.f("ix_pilot_record_record_id"), "pilot_record", ["record_id"], unique=False)
    op.create_table(
        "queue_entry",
        sa.Column("kept_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "title-abstract",
                "full-text",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("open_to", sa.String(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["record.id"], name=op.f("fk_queue_entry_kept_id_record")
        ),
        sa.PrimaryKeyConstraint("kept_id", "stage", name=op.f("pk_queue_entry")),
    )
    op.create_index(
        "ix_queue_entry_order",
        "queue_entry",
        ["stage", "open_to", "place", "kept_id"],
        unique=False,
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
        "retraction_told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_retraction_told_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_retraction_told_record_id_record")
        ),
        sa.ForeignKeyConstraint(
            ["search_id"], ["search.id"], name=op.f("fk_retraction_told_search_id_search")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retraction_told")),
    )
    op.create_index(
        op.f("ix_retraction_told_record_id"), "retraction_told", ["record_id"], unique=False
    )
    op.create_index(
        op.f("ix_retraction_told_search_id"), "retraction_told", ["search_id"], unique=False
    )
    op.create_table(
        "speaking",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("listener", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("extraction_id", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extraction_id"], ["extraction.id"], name=op.f("fk_speaking_extraction_id_extraction")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_speaking_study_id_study")
        ),
        sa.PrimaryKeyConstraint("study_id", "listener", name=op.f("pk_speaking")),
    )
    op.create_index(op.f("ix_speaking_extraction_id"), "speaking", ["extraction_id"], unique=False)
    op.create_table(
        "suggestion_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_suggestion_answer_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_suggestion_answer_record_id_record")
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tag.id"], name=op.f("fk_suggestion_answer_tag_id_tag")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_answer")),
    )
    op.create_index(
        op.f("ix_suggestion_answer_record_id"), "suggestion_answer", ["record_id"], unique=False
    )
    op.create_table(
        "voter",
        sa.Column("kept_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "title-abstract",
                "full-text",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["record.id"], name=op.f("fk_voter_kept_id_record")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_voter_member_id_member")
        ),
        sa.PrimaryKeyConstraint("kept_id", "stage", "member_id", name=op.f("pk_voter")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voter_member", "voter", ["member_id", "stage"], unique=False)
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("protocol_version", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["first"], ["reopening.id"], name=op.f("fk_amendment_first_reopening")
        ),
        sa.ForeignKeyConstraint(
            ["last"], ["reopening.id"], name=op.f("fk_amendment_last_reopening")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_amendment_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["protocol_version"],
            ["protocol_version.id"],
            name=op.f("fk_amendment_protocol_version_protocol_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("protocol_version", name=op.f("uq_amendment_protocol_version")),
    )
    op.create_table(
        "blind_term",
        sa.Column("effect_id", sa.Integer(), nullable=False),
        sa.Column("listener", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["effect_id"], ["effect.id"], name=op.f("fk_blind_term_effect_id_effect")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_blind_term_study_id_study")
        ),
        sa.PrimaryKeyConstraint(
            "effect_id", "listener", "facet", "code", name=op.f("pk_blind_term")
        ),
    )
    op.create_index(op.f("ix_blind_term_study_id"), "blind_term", ["study_id"], unique=False)
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
    op.drop_index(op.f("ix_evidence_term_facet"), table_name="evidence_term")
    op.drop_index(op.f("ix_evidence_term_study_id"), table_name="evidence_term")
    op.drop_table("evidence_term")
    op.create_index(
        "ix_duplicate_split",
        "duplicate",
        ["id"],
        unique=False,
        sqlite_where=sa.text("kind = 'split'"),
        postgresql_where=sa.text("kind = 'split'"),
    )
    op.create_index(
        "ix_record_notice",
        "record",
        ["id"],
        unique=False,
        sqlite_where=sa.text(
            "instr(extra, '\"retracted\"') > 0 OR instr(extra, '\"retraction notice\"') > 0 OR instr(extra, '\"RetractionOf\"') > 0 OR instr(extra, '\"PartialRetractionOf\"') > 0 OR instr(extra, '\"RetractedandRepublishedFrom\"') > 0 OR instr(extra, '\"ExpressionOfConcernFor\"') > 0 OR instr(extra, '\"ErratumFor\"') > 0 OR instr(extra, '\"CorrectedandRepublishedFrom\"') > 0"
        ),
        postgresql_where=sa.text(
            "strpos(CAST(extra AS text), '\"retracted\"') > 0 OR strpos(CAST(extra AS text), '\"retraction notice\"') > 0 OR strpos(CAST(extra AS text), '\"RetractionOf\"') > 0 OR strpos(CAST(extra AS text), '\"PartialRetractionOf\"') > 0 OR strpos(CAST(extra AS text), '\"RetractedandRepublishedFrom\"') > 0 OR strpos(CAST(extra AS text), '\"ExpressionOfConcernFor\"') > 0 OR strpos(CAST(extra AS text), '\"ErratumFor\"') > 0 OR strpos(CAST(extra AS text), '\"CorrectedandRepublishedFrom\"') > 0"
        ),
    )
    op.create_index(
        "ix_ruling_wide",
        "ruling",
        ["id"],
        unique=False,
        sqlite_where=sa.text("json_array_length(covers) > 1"),
        postgresql_where=sa.text("json_array_length(covers) > 1"),
    )
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)
