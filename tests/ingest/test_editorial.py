"""Retracted, a notice, in doubt, corrected: as each source says it."""

from pathlib import Path

import pytest

from review.ingest.editorial import editorial_status
from review.ingest.read import read_file


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("RETRACTED: A trial of exercise", "retracted"),
        ("Retracted Article: A trial", "retracted"),
        ("[Retracted] A trial of exercise", "retracted"),
        ("RETRACTED ARTICLE A trial without a colon", "retracted"),
        ("WITHDRAWN: A review", "retracted"),
        ("A trial of exercise (Retracted article. See vol. 12, pg. 34, 2014)", "retracted"),
        ("Retraction: A trial of exercise", "retraction notice"),
        ("Retraction Note to: A trial of exercise", "retraction notice"),
        ("Statement of retraction: A trial", "retraction notice"),
        ("Expression of Concern: A trial", "expression of concern"),
        ("Erratum to: A trial", "correction notice"),
        ("Author Correction: A trial", "correction notice"),
        ("Corrigendum.", "correction notice"),
        ("Retraction of the upper eyelid in thyroid disease", None),
        ("Retracted lungs in supine sheep", None),
        ("Withdrawn from treatment: who leaves a trial of exercise", None),
        ("Correction for multiple testing in muscle imaging", None),
        ("Overexpression of concern genes", None),
    ],
)
def test_a_title_says_what_became_of_its_report(title: str, status: str | None) -> None:
    assert editorial_status((), title=title) == status


@pytest.mark.parametrize(
    ("kinds", "link", "keywords", "status"),
    [
        (("Journal Article", "Retracted Publication"), "", (), "retracted"),
        (("Article; Retracted Publication",), "RetractionIn", (), "retracted"),
        (("Retraction of Publication",), "RetractionOf", (), "retraction notice"),
        (("Journal Article",), "ExpressionOfConcernIn", (), "expression of concern"),
        (("Journal Article",), "ErratumIn", (), "corrected"),
        (("Published Erratum",), "ErratumFor", (), "correction notice"),
        (("Erratum",), "", (), "correction notice"),
        (("Article",), "", ("muscle", "retracted article"), "retracted"),
        (("Journal Article",), "CommentIn", ("retraction",), None),
    ],
)
def test_types_links_and_index_terms_say_so_too(
    kinds: tuple[str, ...], link: str, keywords: tuple[str, ...], status: str | None
) -> None:
    links = [{"type": link}] if link else []
    assert editorial_status(kinds, links=links, keywords=keywords) == status


def test_a_notice_with_the_title_of_what_it_retracts_is_no_retracted_report() -> None:
    kinds = ("Retraction of Publication",)
    assert editorial_status(kinds, title="RETRACTED: A trial") == "retraction notice"


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - WITHDRAWN: A review\nER  -\n",
        "TY  - JOUR\nTI  - A trial\nN1  - Retraction in: J Muscle. 2001;1:1\nER  -\n",
        "Title,Authors,is_retracted\nA trial,Doe J,TRUE\n",
        "@article{a, title={{RETRACTED}: A trial}, year=2001}\n",
        "PMID- 91000001\nTI  - A trial\nPT  - Retracted Publication\n",
    ],
)
def test_every_format_flags_what_is_retracted(text: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(text)
    (found,) = read_file(path).items
    assert found.extra["retracted"] is True
    assert found.extra["editorial_status"] == "retracted"
