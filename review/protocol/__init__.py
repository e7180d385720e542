"""What a review agreed on beforehand: question, criteria, ordered reasons, policies, codebook."""

from review.protocol.appraisal import Appraisal, Tool
from review.protocol.codebook import Codebook, Facet, Scale, Term
from review.protocol.default import default_text
from review.protocol.model import (
    Criterion,
    Eligibility,
    Highlight,
    Protocol,
    Reason,
    Source,
    StagePolicy,
)
from review.protocol.reading import parse, parse_as, read

__all__ = [
    "Appraisal",
    "Codebook",
    "Criterion",
    "Eligibility",
    "Facet",
    "Highlight",
    "Protocol",
    "Reason",
    "Scale",
    "Source",
    "StagePolicy",
    "Term",
    "Tool",
    "default_text",
    "parse",
    "parse_as",
    "read",
]
