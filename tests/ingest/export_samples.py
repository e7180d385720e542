"""One small export of every format, written for the tests: two records each, made up."""

import io
import json
from pathlib import Path

import openpyxl

PUBMED_XML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">91000001</PMID>
<Article PubModel="Print"><Journal><ISSN IssnType="Print">1234-5678</ISSN><JournalIssue CitedMedium="Print">
<Volume>10</Volume><Issue>4</Issue><PubDate><Year>2019</Year><Month>Feb</Month></PubDate></JournalIssue>
<Title>Journal of made-up muscle</Title><ISOAbbreviation>J Muscle</ISOAbbreviation></Journal>
<ArticleTitle>Motor unit number &lt; 100 in <i>old</i> age: CO<sub>2</sub> and more.</ArticleTitle>
<Pagination><MedlinePgn>187-94</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">10.1234/ABC.5</ELocationID>
<Abstract><AbstractText Label="BACKGROUND">Why.</AbstractText><AbstractText Label="RESULTS">What &amp; how.</AbstractText></Abstract>
<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Müller</LastName><ForeName>Ada B</ForeName><Initials>AB</Initials></Author>
<Author ValidYN="Y"><LastName>King</LastName><ForeName>Carl</ForeName><Initials>C</Initials><Suffix>Jr</Suffix></Author>
<Author ValidYN="Y"><CollectiveName>The Muscle Study Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><Language>ger</Language>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>
<MedlineJournalInfo><MedlineTA>J Muscle</MedlineTA></MedlineJournalInfo>
<MeshHeadingList><MeshHeading><DescriptorName MajorTopicYN="N">Cocaine</DescriptorName><QualifierName MajorTopicYN="Y">metabolism</QualifierName></MeshHeading>
<MeshHeading><DescriptorName MajorTopicYN="Y">Aging</DescriptorName></MeshHeading></MeshHeadingList>
<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">sarcopenia</Keyword></KeywordList>
</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">91000001</ArticleId><ArticleId IdType="pmc">PMC99001</ArticleId></ArticleIdList>
<ReferenceList><Reference><Citation>Other work</Citation><ArticleIdList><ArticleId IdType="doi">10.9999/not.this</ArticleId></ArticleIdList></Reference></ReferenceList>
</PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation Status="PubMed-not-MEDLINE" Owner="NLM"><PMID Version="2">91000002</PMID>
<Article PubModel="Electronic"><Journal><JournalIssue CitedMedium="Internet"><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate></JournalIssue>
<Title>Zeitschrift</Title></Journal><ArticleTitle/><ELocationID EIdType="pii" ValidYN="Y">e1234</ELocationID><Language>ger</Language>
<PublicationTypeList><PublicationType>Journal Article</PublicationType><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>
<VernacularTitle>Muskel im Alter</VernacularTitle></Article>
<OtherAbstract Type="Publisher" Language="ger"><AbstractText>Kurz.</AbstractText></OtherAbstract>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J Muscle. 2001;1:1</RefSource><PMID Version="1">91000009</PMID></CommentsCorrections></CommentsCorrectionsList>
</MedlineCitation></PubmedArticle>
<DeleteCitation><PMID Version="1">91000007</PMID>
<PMID Version="1">91000008</PMID></DeleteCitation>
</PubmedArticleSet>
"""  # noqa: E501 - as PubMed writes it

NBIB = """
PMID- 91000001
OWN - NLM
STAT- MEDLINE
IS  - 1234-5678 (Print)
VI  - 10
IP  - 4
DP  - 2019 Feb
TI  - Motor unit number in old age and
      more.
PG  - 187-94
LID - 10.1234/ABC.5 [doi]
AB  - BACKGROUND: Why. RESULTS: What
      and how.
FAU - Müller, Ada B
AU  - Müller AB
FAU - King, Carl Jr
AU  - King C Jr
CN  - The Muscle Study Group
LA  - eng
PT  - Journal Article
TA  - J Muscle
JT  - Journal of made-up muscle
MH  - *Aging
MH  - Cocaine/*metabolism
OT  - sarcopenia
PMC - PMC99001
SO  - J Muscle. 2019 Feb;10(4):187-94.

PMID- 91000002
STAT- Publisher
TI  - [Muscle and age].
TT  - Muskel im Alter.
DP  - 1998 Dec
LID - e1234 [pii]
RIN - J Muscle. 2001;1:1. PMID: 91000009
PT  - Retracted Publication
"""

RIS = """TY  - JOUR
AU  - Müller, Ada B
AU  - King, Carl
TI  - Motor unit number in old age
JF  - Journal of made-up muscle
PY  - 2019
VL  - 10
IS  - 4
SP  - 187
EP  - 194
DO  - https://doi.org/10.1234/ABC.5
AB  - Why. What
and how.
KW  - sarcopenia
KW  - muscle
AN  - L2000001
AD  - Somewhere
ER  -

TY  - CHAP
A1  - Doe, Jane
T1  - A chapter on nerves
T2  - The book
Y1  - 2001///
UR  - https://example.org/chapter
ER  -
"""

CSV = """accession,title,abstract,authors,journal,year,volume,issue,pages,doi,pmid,language,keywords
A1,"Motor unit number, in old age","Why.
What and ""how"".","Müller, Ada B; King, Carl",Journal of made-up muscle,2019,10,4,187-94,10.1234/ABC.5,91000001,eng,sarcopenia; muscle
A2,A second one,,"Doe, Jane",,2001,,,,,,,
"""  # noqa: E501

WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Muller, AB
   King, C
AF Mueller, Ada B.
   King, Carl
TI Motor unit number in old
   age
SO JOURNAL OF MADE-UP MUSCLE
LA English
DT Article
DE sarcopenia; muscle
   fibre
AB Why. What
   and how.
SN 1234-5678
PY 2019
VL 10
IS 4
BP 187
EP 194
DI 10.1234/ABC.5
UT WOS:000000000000001
ER

PT J
AU Doe, J
TI A second one
SO JOURNAL
PY 2001
AR e12
UT WOS:000000000000002
ER

EF
"""

ENDNOTE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<xml><records><record><database name="x.enl">x.enl</database><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Müller, Ada B</style></author><author>King, Carl</author></authors></contributors>
<titles><title><style face="normal">Motor unit </style><style face="italic">number</style></title>
<secondary-title>Journal of made-up muscle</secondary-title></titles><pages>187-94</pages><volume>10</volume><number>4</number>
<keywords><keyword>sarcopenia</keyword><keyword>muscle</keyword></keywords><dates><year>2019</year></dates>
<accession-num>91000001</accession-num><remote-database-name>PubMed</remote-database-name>
<electronic-resource-num>10.1234/ABC.5</electronic-resource-num><abstract>Why &amp; how.</abstract></record>
<record><titles><title>A second one</title></titles><dates><year>2001</year></dates></record>
</records></xml>
"""  # noqa: E501

BIBTEX = r"""@string{jm = "Journal of made-up muscle"}
@article{mueller2019,
  author = {M{\"u}ller, Ada B. and van der King, Carl and {The Muscle Study Group}},
  title = {Motor {Unit} number at 50% of age \& more},
  journal = jm,
  year = {2019}, volume = 10, number = 4, pages = {187--194},
  doi = {https://doi.org/10.1234/ABC.5},
  keywords = {sarcopenia, muscle, age},
  abstract = {Why. What and how.}
}

@book{doe2001,
  editor = "Doe, Jane",
  title = "A second one",
  year = 2001
}
"""

REFER = """%0 Journal Article
%A Müller, Ada B
%A King, Carl
%T Motor unit number in old age
%J Journal of made-up muscle
%D 2019
%V 10
%N 4
%P 187-194
%R 10.1234/ABC.5
%X Why. What
and how.
%K sarcopenia

%0 Book
%T A second one
%E Doe, Jane
%D 2001
"""

OVID = """<1. >
VN  - Ovid Technologies
DB  - Ovid MEDLINE(R)
AN  - 91000001.
AU  - Muller, Ada B
AU  - King, Carl
TI  - Motor unit number in old age. [Article]
SO  - Journal of Made-up Muscle. 10(4):187-94, 2019 Feb.
AB  - Why. What and how.
DO  - 10.1234/ABC.5
LG  - English.
YR  - 2019

<2. >
VN  - Ovid Technologies
DB  - APA PsycInfo
AN  - 2001-00001-001
TI  - A second one
YR  - 2001
"""


WOS_TAB = (
    "PT\tAU\tAF\tTI\tSO\tLA\tBP\tEP\tAR\tDI\tPY\tVL\tIS\tUT\tPM\n"
    "J\tMuller, AB; King, C\tMueller, Ada B.; King, Carl\tMotor unit number\tJOURNAL OF MUSCLE\t"
    "English\t187\t194\t\t10.1234/ABC.5\t2019\t10\t4\tWOS:000000000000001\t91000001\n"
    "J\tDoe, J\t\tA second one\tJOURNAL\t\t\t\te12\t\t2001\t\t\tWOS:000000000000002\t\n"
)
TSV = (
    "record_id\ttitle\tauthors\tyear\tdoi\tabstract\n"
    'r1\tMotor unit number\tMüller, Ada B; King, Carl\t2019\t10.1234/ABC.5\t"Why. What"\n'
    "r2\tA second one\tDoe, Jane\t2001\t\t\n"
)

REFWORKS = """RefWorks Export

*****
BEGIN EXPORTED REFERENCES

RT Journal Article
SR Electronic(1)
ID 7
A1 Müller,Ada B
A1 King,Carl
T1 Motor unit number in old age
JF Journal of made-up muscle
YR 2019
VO 10
IS 4
SP 187
OP 194
K1 sarcopenia
AB Why. What
and how.
NO PMID: 91000001
DO 10.1234/ABC.5

RT Book, Section
A1 Doe,Jane
T1 A second one
T2 The book
YR 2001
"""
CSL = [
    {"id": "k1", "type": "article-journal", "title": "Motor unit number in old age",
     "container-title": "Journal of made-up muscle", "page": "187-194", "volume": "10",
     "issue": 4, "DOI": "10.1234/ABC.5", "PMID": "91000001", "abstract": "Why. What and how.",
     "author": [{"family": "Müller", "given": "Ada B"}, {"family": "King", "given": "Carl"}],
     "issued": {"date-parts": [[2019, 2, 1]]}, "keyword": "sarcopenia"},
    {"id": "k2", "type": "book", "title": "A second one", "issued": {"raw": "2001"},
     "author": [{"literal": "The Muscle Study Group"}]},
]  # fmt: skip

MODS = """<?xml version="1.0" encoding="UTF-8"?>
<m:modsCollection xmlns:m="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
<m:mods version="3.7"><m:titleInfo><m:title>Motor unit number</m:title><m:subTitle>in old age</m:subTitle></m:titleInfo>
<m:titleInfo type="abbreviated"><m:title>MUNE</m:title></m:titleInfo>
<m:name type="personal"><m:namePart type="given">Ada B</m:namePart><m:namePart type="family">Müller</m:namePart>
<m:role><m:roleTerm authority="marcrelator" type="code">aut</m:roleTerm></m:role></m:name>
<m:name type="personal"><m:namePart>King, Carl, 1950-</m:namePart></m:name>
<m:name type="corporate"><m:namePart>Ministry</m:namePart><m:namePart>Office, Muscle</m:namePart></m:name>
<m:name type="corporate"><m:namePart>A Press</m:namePart><m:role><m:roleTerm type="text">publisher</m:roleTerm></m:role></m:name>
<m:name type="personal"><m:namePart>Doe, Jane</m:namePart><m:role><m:roleTerm type="text">Editor</m:roleTerm></m:role></m:name>
<m:genre authority="local">journalArticle</m:genre><m:language><m:languageTerm type="text">English</m:languageTerm><m:languageTerm type="code">eng</m:languageTerm></m:language>
<m:originInfo><m:dateCreated>2015</m:dateCreated></m:originInfo>
<m:abstract>Why. What &amp; how.</m:abstract>
<m:subject><m:topic>sarcopenia</m:topic><m:topic>muscle</m:topic></m:subject>
<m:identifier type="doi" invalid="yes">10.9999/not.this</m:identifier><m:identifier type="doi">10.1234/ABC.5</m:identifier>
<m:relatedItem type="host"><m:titleInfo><m:nonSort>The</m:nonSort><m:title>Journal of made-up muscle</m:title></m:titleInfo>
<m:originInfo><m:dateIssued point="end">2020</m:dateIssued><m:dateIssued point="start">2019</m:dateIssued></m:originInfo>
<m:part><m:detail type="volume"><m:number>10</m:number></m:detail><m:detail type="issue"><m:caption>no.</m:caption><m:number>4</m:number></m:detail>
<m:extent unit="pages"><m:start>187</m:start><m:end>194</m:end></m:extent></m:part></m:relatedItem>
<m:relatedItem type="references"><m:titleInfo><m:title>Other work</m:title></m:titleInfo><m:identifier type="doi">10.9999/nor.this</m:identifier></m:relatedItem>
<m:location><m:url xlink:type="simple">https://example.org/a</m:url></m:location></m:mods>
<m:mods><m:titleInfo><m:title>A second one</m:title></m:titleInfo><m:recordInfo><m:recordIdentifier>r2</m:recordIdentifier></m:recordInfo></m:mods>
</m:modsCollection>
"""  # noqa: E501

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:link="http://purl.org/rss/1.0/modules/link/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/">
<bib:Article rdf:about="https://example.org/a"><z:itemType>journalArticle</z:itemType>
<dcterms:isPartOf rdf:resource="urn:issn:1234-5678"/>
<bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Müller</foaf:surname><foaf:givenName>Ada B</foaf:givenName></foaf:Person></rdf:li>
<rdf:li><foaf:Person><foaf:surname>King</foaf:surname><foaf:givenName>Carl</foaf:givenName></foaf:Person></rdf:li>
<rdf:li><foaf:Person><foaf:surname>The Muscle Study Group</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bib:authors>
<link:link rdf:resource="#item_3"/><dcterms:isReferencedBy rdf:resource="#item_9"/>
<dc:title>Motor unit number in old age</dc:title><dcterms:abstract>Why. What &amp; how.</dcterms:abstract>
<dc:subject>sarcopenia</dc:subject><dc:subject><z:AutomaticTag><rdf:value>muscle</rdf:value></z:AutomaticTag></dc:subject>
<dc:date>2019-02</dc:date><z:language>eng</z:language><bib:pages>187-194</bib:pages>
<dc:identifier><dcterms:URI><rdf:value>https://example.org/a</rdf:value></dcterms:URI></dc:identifier>
<dc:description>PMID: 91000001</dc:description></bib:Article>
<bib:Journal rdf:about="urn:issn:1234-5678"><prism:volume>10</prism:volume><prism:number>4</prism:number>
<dc:title>Journal of made-up muscle</dc:title><dc:identifier>DOI 10.1234/ABC.5</dc:identifier>
<dc:identifier>ISSN 1234-5678</dc:identifier></bib:Journal>
<z:Attachment rdf:about="#item_3"><z:itemType>attachment</z:itemType><dc:title>Full Text PDF</dc:title></z:Attachment>
<bib:Memo rdf:about="#item_9"><rdf:value>A note</rdf:value></bib:Memo>
<rdf:Description rdf:about="urn:isbn:978-0-00-000000-2"><z:itemType>bookSection</z:itemType>
<dcterms:isPartOf><bib:Book><dcterms:isPartOf><bib:Series><dc:title>The series</dc:title></bib:Series></dcterms:isPartOf>
<dc:identifier>ISBN 978-0-00-000000-2</dc:identifier><dc:title>The book</dc:title></bib:Book></dcterms:isPartOf>
<bib:editors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Doe</foaf:surname><foaf:givenName>Jane</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:editors>
<dc:title>A second one</dc:title><dc:date>2001</dc:date></rdf:Description>
<z:Collection rdf:about="#collection_1"><dc:title>Mine</dc:title><dcterms:hasPart rdf:resource="https://example.org/a"/></z:Collection>
</rdf:RDF>
"""  # noqa: E501


def xlsx() -> bytes:
    """The CSV sample as a workbook, with numbers as numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Title", "Authors", "Year", "DOI", "Covidence #", "Abstract"])
    sheet.append(
        ["Motor unit number", "Müller, Ada B; King, Carl", 2019, "10.1234/ABC.5", "#1", "Why."]
    )
    sheet.append(["A second one", "Doe, Jane", 2001.0, None, "#2", None])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SAMPLES: dict[str, bytes] = {
    "pubmed-xml": PUBMED_XML.encode(),
    "nbib": NBIB.encode(),
    "ris": RIS.encode(),
    "csv": CSV.encode(),
    "tsv": TSV.encode(),
    "wos": WOS.encode(),
    "wos-tab": WOS_TAB.encode(),
    "endnote-xml": ENDNOTE_XML.encode(),
    "bibtex": BIBTEX.encode(),
    "refer": REFER.encode(),
    "ovid": OVID.encode(),
    "refworks": REFWORKS.encode(),
    "json": json.dumps(CSL, ensure_ascii=False).encode(),
    "mods": MODS.encode(),
    "rdf": RDF.encode(),
    "xlsx": xlsx(),
    "xls": Path(__file__).with_name("savedrecs.xls").read_bytes(),  # dates, numbers, empty cells
}
