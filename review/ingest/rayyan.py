"""What a Rayyan export tells of decisions: its log, event by event, or its articles, at the end."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from review.errors import BadInput
from review.ingest.decision import Decision, Decisions, Row, Subject, key_of, moment
from review.vocab import Stage, Verdict

LOG = {"created_at", "user_id", "article_id", "key", "value"}
_INCLUDED = re.compile(r"included(?:__SYSTEM__STAGE__(?P<stage>.+))?")
_REASON, _GONE = "__EXR__", "deleted"
_VERDICTS = {"1": Verdict.INCLUDE, "0": Verdict.MAYBE, "-1": Verdict.EXCLUDE, _GONE: None}
_ENDED = {"Included": Verdict.INCLUDE, "Maybe": Verdict.MAYBE, "Excluded": Verdict.EXCLUDE}
_INCLUSION = re.compile(r"RAYYAN-INCLUSION:\s*\{(.*?)\}")
_ONE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"(\w+)"')
_REASONS = re.compile(r"RAYYAN-EXCLUSION-REASONS:\s*(.*?)(?:\s\|\s|\n|$)")
_LABELS = re.compile(r"RAYYAN-LABELS:\s*(.*?)(?:\s\|\s|\n|$)")
_NOTES_OF = re.compile(r'"((?:[^"\\]|\\.){0,200})"\s*=>\s*\[\s*((?:"(?:[^"\\]|\\.)*"[\s,]*)*)\]')
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TEXT_OF_NOTES = "the text of"
Table = tuple[list[str], list[Row]]


def read_export(
    name: str,
    header: list[str],
    found: list[Row],
    columns: Collection[str],
    stage: Stage | None,
) -> Decisions:
    """Read customizations_log.csv, or articles (CSV or RIS) with Rayyan's notes.

    BadInput for a file that is neither, or holds no decisions.
    """
    if set(header) >= LOG:
        decisions = read_log(found)
    elif "notes" in header:
        decisions = read_articles(found, stage=stage or Stage.TITLE_ABSTRACT)
    else:
        raise BadInput(
            f"{name} is neither Rayyan's customizations_log.csv nor articles with notes."
        )
    if not decisions.items:
        raise BadInput(f"{name} holds no decisions of Rayyan.")
    return decisions


def read_together(name: str, tables: list[Table], stage: Stage | None) -> Decisions:
    """Read the log together with the articles it is about, as Rayyan's download holds them.

    The log knows an article by Rayyan's number alone; from the articles come its identifiers and
    title, by which it is found where the records came from elsewhere, and the text of notes.
    """
    events = [row for header, some in tables if set(header) >= LOG for row in some]
    articles = [row for header, some in tables if "key" in header and "notes" in header
                for row in some]  # fmt: skip
    if not events:
        header = ["notes"] if articles else []
        return read_export(name, header, articles, (), stage)
    found = read_log(events)
    subjects: dict[str, Subject] = {}
    notes: dict[tuple[str, str], str] = {}
    known = {item.reviewer.casefold(): item.reviewer for item in found.items}
    for _, row in articles:
        subject = _subject(row)
        subjects[subject.rayyan] = subject
        for reviewer, text in _notes(row["notes"]).items():
            notes[known.get(reviewer.casefold(), reviewer), subject.rayyan] = text
    for at in reversed(range(len(found.items))):
        item = found.items[at]
        article = item.subject.rayyan
        own = notes.pop((item.reviewer, article), "") if item.verdict else ""
        note = "\n".join(part for part in (own, item.note) if part)
        subject = subjects.get(article, item.subject)
        found.items[at] = replace(item, subject=subject, note=note)
    if articles:
        found.lost = [one for one in found.lost if not one.startswith(_TEXT_OF_NOTES)]
    if notes:
        found.lost.append(_notes_left(notes))
    return found


def read_log(rows: Iterable[Row]) -> Decisions:
    """Return the decisions of a customizations_log.csv.

    Each reviewer's first decision on an article is independent, later ones are changes that
    may have been made with the others' in view. Reasons and labels go with the decision they
    stood beside: those set, and not taken off, before the same reviewer decided again.
    """
    found = Decisions()
    events: dict[tuple[str, str], list[tuple[datetime, str, Row]]] = defaultdict(list)
    stages: dict[str, Stage] = {}
    notes = 0
    for position, row in rows:
        at, key = moment(row.get("created_at", "")), row.get("key", "")
        reviewer, article = row.get("user_id", ""), row.get("article_id", "")
        if at is None or not reviewer or not article or not key:
            found.reject(position, "an event needs a time, a user, an article and a key", str(row))
            continue
        notes += key.startswith("note-")
        if decision := _INCLUDED.fullmatch(key):
            stage = decision["stage"] or ""
            if stage not in stages and len(stages) == len(Stage):
                found.reject(position, f"Rayyan stage {stage} is the third of this file", str(row))
                continue
            stages.setdefault(stage, list(Stage)[len(stages)])
        events[reviewer, article].append((at, key, (position, row)))
    for (reviewer, article), some in events.items():
        _read_one(found, reviewer, article, sorted(some, key=lambda event: event[0]), stages)
    found.sort()
    if notes:
        found.lost.append(f"{_TEXT_OF_NOTES} {notes} notes: the log says only that there are some")
    if len(stages) > 1:
        last = next(name for name, stage in stages.items() if stage is Stage.FULL_TEXT)
        found.lost.append(f"the names of the stages: '{last or 'included'}' was read as full-text")
    return found


def _read_one(
    found: Decisions,
    reviewer: str,
    article: str,
    events: list[tuple[datetime, str, Row]],
    stages: dict[str, Stage],
) -> None:
    """Read the events of one reviewer on one article, in time order."""
    reasons: dict[str, None] = {}
    labels: dict[str, None] = {}
    last: dict[Stage, Verdict | None] = {}
    open_: Decision | None = None

    def close() -> None:
        if open_ is not None:
            note = f"Rayyan labels: {'; '.join(labels)}" if labels else ""
            why = tuple(reasons) if open_.verdict is Verdict.EXCLUDE else ()
            found.items.append(replace(open_, reasons=why, note=note))

    for at, key, (position, row) in events:
        value = row.get("value", "")
        decision = _INCLUDED.fullmatch(key)
        if decision is None:
            name = key.strip('"')
            if name.startswith("note-"):
                continue
            words = reasons if name.startswith(_REASON) else labels
            name = name.removeprefix(_REASON)
            if value == _GONE:
                words.pop(name, None)
            else:
                words[name] = None
            continue
        if value not in _VERDICTS:
            found.reject(position, f"'{value}' is no decision of Rayyan", str(row))
            continue
        stage, verdict = stages[decision["stage"] or ""], _VERDICTS[value]
        if last.get(stage) is verdict:  # the same again, or nothing to take back
            found.unchanged += 1
            continue
        close()
        open_ = Decision(
            position=position,
            reviewer=reviewer,
            subject=Subject(rayyan=article),
            stage=stage,
            verdict=verdict,
            at=at,
            independent=stage not in last,
            key=key_of("rayyan", row.get("created_at"), reviewer, article, key, value),
        )
        last[stage] = verdict
    close()


def read_articles(rows: Iterable[Row], *, stage: Stage) -> Decisions:
    """Return the decisions in the notes of articles: each reviewer's last, without times."""
    found = Decisions()
    left: dict[tuple[str, str], str] = {}
    for position, row in rows:
        notes = row.get("notes", "")
        inside = _INCLUSION.search(notes)
        subject, own = _subject(row), _notes(notes)
        reasons = _listed(_REASONS, notes)
        labels = _listed(_LABELS, notes)
        labelled = f"Rayyan labels: {'; '.join(labels)}" if labels else ""
        for name, word in _ONE.findall(inside[1] if inside else ""):
            if word not in _ENDED:
                found.reject(position, f"'{word}' is no decision of Rayyan", notes)
                continue
            verdict = _ENDED[word]
            found.items.append(
                Decision(
                    position=position,
                    reviewer=name.strip(),
                    subject=subject,
                    stage=stage,
                    verdict=verdict,
                    reasons=reasons if verdict is Verdict.EXCLUDE else (),
                    note="\n".join(part for part in (own.pop(name.strip(), ""), labelled) if part),
                    independent=False,
                    key=key_of(
                        "rayyan-articles", subject.rayyan or subject.title, name.strip(), word
                    ),
                )
            )
        left |= {(name, subject.rayyan or subject.title): text for name, text in own.items()}
    if left:
        found.lost.append(_notes_left(left))
    found.lost += [
        "each reviewer's first decision, and when it was made: the articles hold only the last, "
        "so that agreement cannot be computed from them (customizations_log.csv has the first)",
        "whose reasons and labels are whose: each reviewer's decision carries those of the article",
    ]
    return found


def _subject(row: Mapping[str, str]) -> Subject:
    key = row.get("key", "")
    return Subject(
        accession=key,
        rayyan=key.removeprefix("rayyan-") if key.startswith("rayyan-") else "",
        doi=row.get("doi", ""),
        pmid=row.get("pubmed_id", "") or row.get("pmid", ""),
        title=row.get("title", ""),
    )


def _notes(text: str) -> dict[str, str]:
    """The notes that reviewers wrote on an article, by reviewer."""
    found: dict[str, str] = {}
    for name, inside in _NOTES_OF.findall(text.partition("USER-NOTES:")[2]):
        said = [_ESCAPED.sub(r"\1", one).strip() for one in _TEXT.findall(inside)]
        found[name.strip()] = "\n".join(filter(None, [found.get(name.strip()), *said]))
    return found


def _notes_left(notes: Mapping[tuple[str, str], str]) -> str:
    """What is said of notes that go with no decision."""
    names = ", ".join(sorted({f"'{name}'" for name, _ in notes}))
    return f"notes of {names} on articles without a decision under that name ({len(notes)})"


def _listed(pattern: re.Pattern[str], notes: str) -> tuple[str, ...]:
    inside = pattern.search(notes)
    return tuple(part.strip() for part in inside[1].split(",") if part.strip()) if inside else ()
