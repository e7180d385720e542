"""Every command there is: loaded here, and listed by chapter in the help."""

from review.cli import (
    agreeing,
    amending,
    appraising,
    claims,
    codebook,
    disputing,
    duplicates,
    evidence,
    extracting,
    grading,
    intake,
    pictures,
    queries,
    ranking,
    reports,
    running,
    screening,
    searching,
    settling,
    sharing,
    studies,
    synthesising,
    tagging,
    team,
    telling,
)
from review.cli.root import Chaptered, root

__all__ = ["root"]

_CHAPTERS = {
    "The review, its team and protocol": (running, team, amending, codebook),
    "Searches, records and duplicates": (searching, intake, duplicates),
    "Screening": (screening, sharing, settling, agreeing, ranking),
    "Full texts and studies": (reports, studies),
    "Extraction, tags and appraisal": (extracting, tagging, appraising),
    "Evidence": (evidence, queries, synthesising, disputing, grading),
    "Claims, pictures and the review told": (claims, telling, pictures),
}
Chaptered.chapters.update(
    {module.__name__: heading for heading, own in _CHAPTERS.items() for module in own}
)
_THEMES = list(Chaptered.chapters)
root.registered_commands.sort(
    key=lambda one: _THEMES.index(getattr(one.callback, "__module__", ""))
)
