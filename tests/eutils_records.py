"""Made-up PubMed records: valid PubmedArticle XML by PMID, written by us."""

from collections.abc import Iterable
from datetime import date, timedelta

FIRST_PMID = 30_000_000
_SET = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">
<PubmedArticleSet>
{}</PubmedArticleSet>"""
_ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">
<PMID Version="1">{pmid}</PMID><DateRevised><Year>{day.year}</Year><Month>01</Month><Day>02</Day>
</DateRevised><Article PubModel="Print"><Journal><ISSN IssnType="Print">0000-0019</ISSN>
<JournalIssue CitedMedium="Print"><Volume>{volume}</Volume><Issue>3</Issue><PubDate>
<Year>{day.year}</Year></PubDate></JournalIssue><Title>Journal of made-up muscle</Title>
<ISOAbbreviation>J Made Up Muscle</ISOAbbreviation></Journal>
<ArticleTitle>Motor unit number of muscle {pmid} in ageing.</ArticleTitle><Pagination>
<MedlinePgn>{page}-{page}</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">10.5555/made.up.{pmid}</ELocationID><Abstract>
<AbstractText Label="AIM">To count the motor units of muscle {pmid} &lt; its due.</AbstractText>
<AbstractText Label="RESULTS">There were <i>fewer</i> of them in old age; the neuromuscular
junction was unstable and jitter was increased in every one of the muscles that we made up.
</AbstractText></Abstract><AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Made{volume}
</LastName><ForeName>Up</ForeName><Initials>U</Initials></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType UI="D016428">Journal Article
</PublicationType></PublicationTypeList></Article><MeshHeadingList><MeshHeading><DescriptorName
UI="D000375" MajorTopicYN="Y">Aging</DescriptorName></MeshHeading></MeshHeadingList>
</MedlineCitation><PubmedData><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>
<ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
"""


def article_set(records: Iterable[tuple[int, date]]) -> bytes:
    """An EFetch body of records given as PMID and date of entry."""
    articles = (
        _ARTICLE.format(pmid=pmid, day=day, volume=pmid % 97, page=pmid % 1009)
        for pmid, day in records
    )
    return _SET.format("".join(articles)).encode()


def made_up(hits: int, *, first: date, last: date, busy: int = 0) -> dict[int, date]:
    """PMIDs with entry dates spread evenly from `first` to `last`, `busy` more on the last day."""
    days = (last - first).days
    spread = {FIRST_PMID + n: first + timedelta(days=n * days // max(1, hits)) for n in range(hits)}
    return spread | {FIRST_PMID + hits + n: last for n in range(busy)}
