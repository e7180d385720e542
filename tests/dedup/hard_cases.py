"""Pairs that duplicate finders get wrong, each with a note and the answer expected of ours."""

from dataclasses import dataclass, replace

from review.dedup import Row

ARTICLE = Row(
    id=1,
    title="Motor unit loss and reinnervation in older runners: a cross-sectional study",
    abstract=(
        "BACKGROUND: Ageing brings a loss of motor units. We compared the number of motor units of "
        "the tibialis anterior in forty master runners and forty controls by decomposition. "
        "RESULTS: Runners kept more units than controls of the same age."
    ),
    authors=("Okafor, Amara", "Lindqvist, Sven", "Moreau, Claire"),
    journal="Journal of Neuromuscular Physiology",
    year=2015,
    volume="12",
    issue="3",
    pages="221-228",
    doi="10.5555/jnp.2015.0221",
    pmid="90000001",
)
BARE = replace(ARTICLE, doi="", pmid="", abstract="")


@dataclass(frozen=True)
class Case:
    name: str
    a: Row
    b: Row
    expected: str  # merge, ask or different


def _case(name: str, expected: str, a: Row = ARTICLE, **changed: object) -> Case:
    return Case(name, a, replace(a, id=2, **changed), expected)


CASES = [
    _case(
        "another database's layout",
        "merge",
        title="MOTOR UNIT LOSS AND REINNERVATION IN OLDER RUNNERS - A CROSS-SECTIONAL STUDY.",
        authors="Okafor A; Lindqvist S; Moreau C",
        journal="J Neuromuscul Physiol",
        pages="221-8",
        doi="https://doi.org/10.5555/JNP.2015.0221",
        pmid="",
        abstract="",
    ),
    _case(
        "no identifier at all, journal abbreviated", "merge", BARE, journal="J Neuromusc Physiol"
    ),
    _case("online ahead of print", "merge", pmid="", year=2014, volume="", issue="", pages=""),
    _case(
        "title translated, place and authors the same",
        "merge",
        BARE,
        title="Perte et reinnervation des unites motrices chez les coureurs ages",
    ),
    _case(
        "subtitle missing",
        "merge",
        BARE,
        title="Motor unit loss and reinnervation in older runners",
    ),
    _case(
        "note of an erratum behind the title",
        "merge",
        BARE,
        title=BARE.title + " [Erratum appears in J Neuromuscul Physiol. 2016;13(1):9]",
    ),
    _case(
        "given and family names swapped",
        "merge",
        authors=("Amara, Okafor", "Sven, Lindqvist", "Claire, Moreau"),
        pmid="",
    ),
    _case(
        "supplement shares its DOI among abstracts",
        "different",
        title="Surface electromyography of the vastus lateralis in chronic heart failure",
        authors=("Tanaka, Yuki", "Brandt, Eva"),
        pages="S40",
        pmid="",
        abstract="Patients lose strength. We recorded ramp contractions in twenty of them at home.",
    ),
    _case(
        "conference abstract of the article",
        "different",
        journal="Neurology",
        volume="84",
        issue="14",
        pages="P2.101",
        doi="10.5555/neu.84.p2",
        pmid="",
        publication_types=("Conference Abstract",),
        abstract="Objective: to count motor units. Eighty people were measured twice a year.",
    ),
    _case(
        "conference abstract in the journal of the article, without its place",
        "ask",
        BARE,
        volume="",
        pages="",
        publication_types=("Conference Abstract",),
    ),
    _case(
        "only one source says it is an erratum",
        "ask",
        replace(BARE, title="Department of error in motor unit research"),
        publication_types=("Published Erratum",),
    ),
    _case(
        "preprint of the article",
        "different",
        journal="bioRxiv",
        volume="",
        issue="",
        pages="",
        doi="10.1101/2014.09.01.008888",
        pmid="",
    ),
    _case(
        "erratum of the article",
        "different",
        title="Correction to: " + ARTICLE.title,
        pages="402",
        issue="5",
        doi="10.5555/jnp.2015.0402",
        pmid="90000002",
        abstract="",
    ),
    _case(
        "reply to the article",
        "different",
        title="Comment on: " + ARTICLE.title,
        pages="300",
        doi="",
        pmid="",
        abstract="",
        authors=("Petrov, Ivan",),
    ),
    _case(
        "part I and part II",
        "different",
        replace(BARE, title="Ageing of the neuromuscular junction. Part I"),
        title="Ageing of the neuromuscular junction. Part II",
        pages="229-240",
    ),
    _case(
        "two annual reports",
        "different",
        replace(BARE, title="Annual report of the motor neurone registry 2014"),
        title="Annual report of the motor neurone registry 2015",
        volume="13",
        pages="18-30",
        year=2016,
    ),
    _case(
        "two PMIDs, one of them a republication",
        "different",
        pmid="90000009",
        journal="Clinics",
        volume="3",
        pages="1-9",
        doi="",
    ),
    _case(
        "editorials of two issues",
        "different",
        replace(BARE, title="Editorial", pages="1-2", issue="1"),
        issue="2",
        pages="101-102",
    ),
    _case(
        "the same editorial from two databases",
        "merge",
        replace(BARE, title="Editorial", pages="1-2", issue="1"),
        journal="J Neuromuscul Physiol",
    ),
    _case(
        "editor's comments without pages, two issues",
        "different",
        replace(BARE, title="Remarks from the editor: editor's comments", pages=""),
        issue="4",
    ),
    _case(
        "two notices on one page", "ask", replace(BARE, title="Correction", authors=(), pages="789")
    ),
    _case(
        "chemotherapy response is not a reply",
        "merge",
        replace(BARE, title="Response to neoadjuvant chemotherapy and the immune response"),
        volume="",
        pages="",
    ),
    _case(
        "same title and authors, journal unknown and year off",
        "ask",
        BARE,
        journal="",
        volume="",
        issue="",
        pages="",
        year=2016,
    ),
    _case(
        "same DOI, another title, place and authors",
        "different",
        title="Hand grip strength in nursing homes of three regions",
        authors=("Silva, Rui",),
        volume="7",
        pages="12-19",
        pmid="",
        abstract="",
    ),
    _case(
        "two PMIDs, one without its place",
        "different",
        pmid="90000009",
        doi="",
        volume="",
        pages="",
    ),
    _case(
        "two PMIDs for two language editions of one paper",
        "ask",
        pmid="90000009",
        doi="10.5555/jnpe.1",
    ),
    _case("preprint without a DOI", "different", BARE, journal="bioRxiv", volume="", pages=""),
    _case(
        "same DOI, numbers in the titles differ",
        "ask",
        replace(ARTICLE, title="Annual report of the motor neurone registry 2014", pmid=""),
        title="Annual report of the motor neurone registry 2015",
        volume="",
        pages="",
    ),
    _case(
        "same DOI, a like title, wholly other authors",
        "ask",
        replace(ARTICLE, pmid=""),
        title=ARTICLE.title.replace("older", "young"),
        authors=("Tanaka, Yuki", "Brandt, Eva"),
    ),
    _case(
        "same title and authors, abstracts unlike, place missing in one",
        "ask",
        replace(ARTICLE, doi="", pmid=""),
        volume="",
        pages="",
        abstract="Forty swimmers rode a bicycle in the heat twice while a thermometer was read.",
    ),
    _case(
        "same PMID, place missing, journal in another language",
        "merge",
        doi="",
        volume="",
        pages="",
        journal="Zeitschrift",
    ),
    _case(
        "same PMID, nothing else",
        "ask",
        title="Grip",
        authors=(),
        volume="",
        pages="",
        doi="",
        abstract="",
        journal="",
    ),
    _case("two DOIs registered for one article", "merge", pmid="", doi="10.6666/1", abstract=""),
    _case(
        "one-page abstract from two databases",
        "merge",
        replace(BARE, pages="S27"),
        journal="J Neuromusc Physiol",
    ),
    _case(
        "short title in proceedings without a volume, equal in every field",
        "merge",
        replace(BARE, title="Ageing motor units", volume="", issue=""),
    ),
    _case(
        "short title, journal transliterated",
        "merge",
        replace(BARE, title="Ageing motor units"),
        journal="Shinkei Kin Seirigaku",
    ),
    _case(
        "journal missing, nothing against it",
        "merge",
        BARE,
        journal="",
        volume="",
        issue="",
        pages="",
    ),
    _case(
        "authors missing, pages and journal the same",
        "merge",
        BARE,
        authors=(),
        volume="",
        journal="J Neuromusc Physiol",
    ),
    _case(
        "same DOI, title much changed",
        "ask",
        replace(ARTICLE, pmid="", abstract=""),
        title="Motor unit loss and reinnervation of master athletes: a cross-sectional survey",
        authors=(),
        volume="",
        pages="",
    ),
    _case(
        "a Cochrane review of another issue, no DOI",
        "ask",
        replace(BARE, journal="Cochrane Database of Systematic Reviews", pages="CD008391"),
        volume="",
        issue="7",
    ),
    _case(
        "no authors in one, long title, journal and year the same",
        "merge",
        BARE,
        authors=(),
        volume="",
        issue="",
        pages="",
    ),
    _case(
        "article number beside a count of pages",
        "merge",
        replace(BARE, pages="e43268"),
        pages="1-9",
    ),
    _case(
        "a year apart, both without a place",
        "ask",
        replace(BARE, volume="", issue="", pages=""),
        year=2014,
    ),
    _case(
        "title translated, pages missing in one",
        "ask",
        replace(BARE, title="[Perte et reinnervation des unites motrices chez les coureurs ages]"),
        title="Loss and renewed innervation of motor units in runners of advanced age",
        pages="",
    ),
    _case(
        "part II beside the whole, place missing in one",
        "different",
        BARE,
        title=BARE.title + ". Part II",
        volume="",
        issue="",
        pages="",
    ),
    _case(
        "remarks that return in every issue, place missing in one",
        "ask",
        replace(
            BARE, title="Remarks from the editor of the journal: editor's comments for authors"
        ),
        volume="",
        issue="",
        pages="",
    ),
    _case(
        "UTF-8 read as Latin",
        "merge",
        replace(BARE, title="Größe und Zahl motorischer Einheiten älterer Läufer: eine Übersicht"),
        title="GrÃ¶ÃŸe und Zahl motorischer Einheiten Ã¤lterer LÃ¤ufer: eine Ãœbersicht",
    ),
    _case(
        "abstracts of one group on one page, a word apart",
        "ask",
        replace(BARE, title="Effect of growth hormone on motor units of old men", pages="S27"),
        title="Effect of growth hormone on motor units of old women",
    ),
    _case(
        "abstracts of one group on one page, a drug apart",
        "ask",
        replace(
            BARE,
            title="Effect of early and late sitagliptin on the motor units of aged mice",
            pages="S27",
        ),
        title="Effect of early and late liraglutide on the motor units of aged mice",
    ),
]
