"""The tables: facts (only ever added), projections (rebuilt from facts), and sign-in state.

`FACTS` lists the fact tables in the order a bundle or a rebuild reads them; the database
refuses UPDATE and DELETE on each of them (store.triggers), and each row is covered by a
row of the ledger.
"""

from sqlmodel import SQLModel

from review.store.tables.amending import AmendmentRow, HighlightTermRow, StageClosureRow
from review.store.tables.base import Fact
from review.store.tables.evidence import ArmRow, EffectRow, EvidenceTerm, ExtractionRow, TagRow
from review.store.tables.fulltext import DocumentRow, RetrievalRow, StudyReportRow, StudyRow
from review.store.tables.intake import (
    ComparisonRow,
    DuplicateRow,
    FetchedAbstractRow,
    RecordRow,
    RefoundRow,
    RejectRow,
    RelationRow,
    RemovalRow,
    SearchBatchRow,
    SearchEndRow,
    SearchPlanRow,
    SearchRow,
    UndoneRow,
)
from review.store.tables.ledger import LedgerRow
from review.store.tables.people import (
    AccountRow,
    MemberEventRow,
    MemberRow,
    ProtocolVersionRow,
    SessionRow,
    SignInFailureRow,
)
from review.store.tables.projections import BlockKeyRow, ClusterRow, StandingRow
from review.store.tables.queue import (
    AssignedRow,
    AssignmentRow,
    PilotEventRow,
    PilotRecordRow,
    PilotRow,
    QueueEntryRow,
    VoterRow,
)
from review.store.tables.ranking import (
    RankingSwitchRow,
    RankModelRow,
    RankScoreRow,
    StoppingSampleRow,
    StopRow,
)
from review.store.tables.screening import (
    BlindJudgementRow,
    DiscussionRow,
    ReopeningRow,
    RulingRow,
    VoteRow,
)

FACTS: tuple[type[Fact], ...] = (
    MemberRow,
    MemberEventRow,
    ProtocolVersionRow,
    SearchRow,
    SearchPlanRow,
    SearchBatchRow,
    SearchEndRow,
    RecordRow,
    RefoundRow,
    RejectRow,
    DuplicateRow,
    UndoneRow,
    RelationRow,
    ComparisonRow,
    RemovalRow,
    VoteRow,
    BlindJudgementRow,
    DiscussionRow,
    RulingRow,
    ReopeningRow,
    AmendmentRow,
    HighlightTermRow,
    StageClosureRow,
    FetchedAbstractRow,
    DocumentRow,
    RetrievalRow,
    StudyRow,
    StudyReportRow,
    ExtractionRow,
    ArmRow,
    EffectRow,
    TagRow,
    RankingSwitchRow,
    StoppingSampleRow,
    StopRow,
    AssignmentRow,
    AssignedRow,
    PilotRow,
    PilotRecordRow,
    PilotEventRow,
)
PROJECTIONS: tuple[type[SQLModel], ...] = (
    ClusterRow,
    BlockKeyRow,
    StandingRow,
    EvidenceTerm,
    RankScoreRow,
    QueueEntryRow,
    VoterRow,
)
metadata = SQLModel.metadata

__all__ = [
    "FACTS",
    "PROJECTIONS",
    "AccountRow",
    "AmendmentRow",
    "ArmRow",
    "AssignedRow",
    "AssignmentRow",
    "BlindJudgementRow",
    "BlockKeyRow",
    "ClusterRow",
    "ComparisonRow",
    "DiscussionRow",
    "DocumentRow",
    "DuplicateRow",
    "EffectRow",
    "EvidenceTerm",
    "ExtractionRow",
    "Fact",
    "FetchedAbstractRow",
    "HighlightTermRow",
    "LedgerRow",
    "MemberEventRow",
    "MemberRow",
    "PilotEventRow",
    "PilotRecordRow",
    "PilotRow",
    "ProtocolVersionRow",
    "QueueEntryRow",
    "RankModelRow",
    "RankScoreRow",
    "RankingSwitchRow",
    "RecordRow",
    "RefoundRow",
    "RejectRow",
    "RelationRow",
    "RemovalRow",
    "ReopeningRow",
    "RetrievalRow",
    "RulingRow",
    "SearchBatchRow",
    "SearchEndRow",
    "SearchPlanRow",
    "SearchRow",
    "SessionRow",
    "SignInFailureRow",
    "StageClosureRow",
    "StandingRow",
    "StopRow",
    "StoppingSampleRow",
    "StudyReportRow",
    "StudyRow",
    "TagRow",
    "UndoneRow",
    "VoteRow",
    "VoterRow",
    "metadata",
]
