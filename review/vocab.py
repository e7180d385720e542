"""The enumerations: every closed list of words that facts are written in."""

from enum import StrEnum


class Stage(StrEnum):
    """A screening stage, in order."""

    TITLE_ABSTRACT = "title-abstract"
    FULL_TEXT = "full-text"


class Verdict(StrEnum):
    """What one reviewer, or a ruling, says of a record at a stage."""

    INCLUDE = "include"
    MAYBE = "maybe"
    EXCLUDE = "exclude"


class State(StrEnum):
    """What the votes and rulings on a record amount to at a stage (its standing)."""

    UNSCREENED = "unscreened"
    AWAITING = "awaiting"
    CONFLICT = "conflict"
    REASON_CONFLICT = "reason-conflict"
    INCLUDED = "included"
    EXCLUDED = "excluded"


class Role(StrEnum):
    """What a member may do; a member may hold several."""

    OWNER = "owner"
    REVIEWER = "reviewer"
    ADJUDICATOR = "adjudicator"
    EXTRACTOR = "extractor"
    VIEWER = "viewer"


class Channel(StrEnum):
    """The door an act came through."""

    APP = "app"
    CLI = "cli"
    API = "api"


class SearchKind(StrEnum):
    """Where a search looked, in PRISMA's words; the first two are its database lane."""

    DATABASE = "database"
    REGISTER = "register"
    WEBSITE = "website"
    ORGANISATION = "organisation"
    CITATION = "citation"


DATABASE_LANE = frozenset({SearchKind.DATABASE, SearchKind.REGISTER})


class RulingKind(StrEnum):
    """How a conflict was settled."""

    ADJUDICATION = "adjudication"
    DISCUSSION = "discussion"
    RULE = "rule"


class Retrieval(StrEnum):
    """What became of a report that was sought."""

    RETRIEVED = "retrieved"
    NOT_RETRIEVED = "not-retrieved"


class Removal(StrEnum):
    """Why a record left before screening, duplicates apart."""

    AUTOMATION = "automation"
    OTHER = "other"


class Level(StrEnum):
    """What a codebook term may be put on."""

    REPORT = "report"
    STUDY = "study"
    ARM = "arm"
    EFFECT = "effect"


class Cardinality(StrEnum):
    """How many terms of one facet a target may carry."""

    ONE = "one"
    MANY = "many"


class Change(StrEnum):
    """What a new protocol version does to the criteria."""

    INITIAL = "initial"
    CLARIFY = "clarify"
    NARROW = "narrow"
    BROADEN = "broaden"


class MaybePolicy(StrEnum):
    """How a maybe counts at title-abstract."""

    AS_INCLUDE = "as-include"
    AS_CONFLICT = "as-conflict"


class ReasonPolicy(StrEnum):
    """What differing primary reasons of two exclusions amount to."""

    CONFLICT = "conflict"
    HIERARCHY = "hierarchy"
    IGNORE = "ignore"


class AgreementPolicy(StrEnum):
    """How votes are added up."""

    UNANIMOUS = "unanimous"
    SAFETY_FIRST = "safety-first"
    LIBERAL_ACCELERATED = "liberal-accelerated"


class Duplicate(StrEnum):
    """What a duplicate fact says of records."""

    MERGE = "merge"
    SPLIT = "split"
    DIFFERENT = "different"
    QUESTION = "question"


class Relation(StrEnum):
    """How two records that are not duplicates are likely reports of one study."""

    CONFERENCE_ABSTRACT = "conference-abstract"
    PREPRINT = "preprint"
    NOTICE = "notice"
    COMMENT = "comment"
    PROTOCOL = "protocol"
    VERSION = "version"
    TRIAL = "trial"
    REPORT = "report"


class Order(StrEnum):
    """How reviewers meet the records of a stage, ranking apart."""

    RANDOM = "random"
    ID = "id"


class AssignmentKind(StrEnum):
    """How records came to those who judge them."""

    PAIRS = "pairs"
    SPLIT = "split"
    QUOTA = "quota"
    POOL = "pool"
    MUST = "must"
    BALANCE = "balance"
    RETURN = "return"


class PilotEvent(StrEnum):
    """What happened to a pilot: who screens it was said, or the rest was opened."""

    PANEL = "panel"
    OPENED = "opened"


class Risk(StrEnum):
    """What an item, a domain or a whole study is judged to be, best first."""

    LOW = "low"
    SOME = "some"
    HIGH = "high"
    VERY_HIGH = "very-high"
    UNCLEAR = "unclear"


class Certainty(StrEnum):
    """How sure we are of a body of evidence, in GRADE's words, most first."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very-low"


class ClaimAct(StrEnum):
    """What was done to a claim."""

    ADDED = "added"
    REWORDED = "reworded"
    RETIRED = "retired"


class Writing(StrEnum):
    """The documents a review shows beside its evidence."""

    PLAIN_SUMMARY = "plain-summary"
    MECHANISMS = "mechanisms"
    PUBLISHED_REVIEW = "published-review"
    QUESTIONS = "questions"


class PdfText(StrEnum):
    """What an attached PDF yielded when its text was read."""

    TEXT = "text"
    PART = "part"
    SCANNED = "scanned"


class Tried(StrEnum):
    """Where a report was sought."""

    PUBLISHER = "publisher"
    OPEN_ACCESS = "open-access"
    LIBRARY = "library"
    INTERLIBRARY = "interlibrary"
    AUTHORS = "authors"
    WEB = "web"
    OTHER = "other"


class Attempt(StrEnum):
    """What came of seeking a report at one place."""

    WAITING = "waiting"
    OBTAINED = "obtained"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    NO_ANSWER = "no-answer"


class OpenAccess(StrEnum):
    """What a service said of an open copy of a report."""

    FOUND = "found"
    NONE = "none"
    UNKNOWN = "unknown"


class Settling(StrEnum):
    """How the differences between two filled forms of a study were settled."""

    ADJUDICATION = "adjudication"
    DISCUSSION = "discussion"


class Draft(StrEnum):
    """What an unfinished piece of extraction is for."""

    FILL = "fill"
    SETTLE = "settle"
    APPRAISE = "appraise"
