"""What goes wrong at NCBI: each fault by name, as a change to the answer that was due.

The shapes are those seen in the wild (issue threads of tools that use the E-utilities) and those
that Biopython was measured to take for success.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Reply:
    """An answer about to be sent. `how` is what happens on the wire instead of a plain send."""

    body: bytes
    status: int = 200
    kind: str = "text/xml; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    how: str = ""  # "", close, reset, hang, cut, cut-chunked, drip


Fault = Callable[[Reply], Reply]

_SEARCH_ERROR = """<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" \
"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">
<eSearchResult><ERROR>{}</ERROR></eSearchResult>"""
_FETCH_ERROR = """<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE eFetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" \
"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">
<eFetchResult><ERROR>{}</ERROR></eFetchResult>"""
CAP_ERROR = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, "
    "ESearch can only retrieve the first 9,999 records matching the query. To obtain more than "
    "9,999 PubMed records, consider using EDirect"
)
HISTORY_ERROR = (
    "Cannot retrieve history data: OUT OF RANGE. Parameter retstart={} + 1 is greater than "
    "number of records available in history. History includes {} IDs."
)
NO_IDS = "ID list is empty! Possibly it has no correct IDs."


def search_error(text: str) -> Reply:
    return Reply(_SEARCH_ERROR.format(text).encode())


def fetch_error(text: str, status: int = 400) -> Reply:
    return Reply(_FETCH_ERROR.format(text).encode(), status=status)


def too_many(limit: int = 3, *, after: int | None = None) -> Reply:
    body = (
        '{"error":"API rate limit exceeded","api-key":"157.131.198.215",'
        f'"count":"{limit + 2}","limit":"{limit}"}}'
    )
    headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": "0"}
    if after is not None:
        headers["Retry-After"] = str(after)
    return Reply(body.encode(), status=429, kind="application/json", headers=headers)


def _page(text: str, status: int = 200) -> Reply:
    body = f"<html><head><title>NCBI</title></head><body><h1>{text}</h1></body></html>"
    return Reply(body.encode(), status=status, kind="text/html")


_XHTML = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 '
    'Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html '
    'xmlns="http://www.w3.org/1999/xhtml"><body>Maintenance</body></html>'
)
_ONE = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>\s*", re.DOTALL)
_PMID = re.compile(rb"(<PMID[^>]*>)\d+(</PMID>)")

# Faults of any request that pass: asked again, the server answers.
PASSING: dict[str, Fault] = {
    "429": lambda r: too_many(),
    "429 with Retry-After": lambda r: too_many(after=1),
    "500 page": lambda r: _page("NCBI/eutils202 - WWW Error 500 Diagnostic", 500),
    "502": lambda r: Reply(b"Bad Gateway", status=502, kind="text/plain"),
    "503": lambda r: Reply(b"", status=503),
    "router": lambda r: Reply(
        b"Unable to route request! service name: /http/service/ratecontrol", kind="text/plain"
    ),
    "relayed 502": lambda r: fetch_error(
        "Error occurred: proxy_stream(): Failed to connect to PubOne service"
    ),
    "closed": lambda r: replace(r, how="close"),
    "reset": lambda r: replace(r, how="reset"),
    "hangs": lambda r: replace(r, how="hang"),
    "drips": lambda r: replace(r, how="drip"),
    "cut short": lambda r: replace(r, how="cut"),
    "cut, chunked": lambda r: replace(r, how="cut-chunked"),
    "cut, length right": lambda r: replace(r, body=r.body[: len(r.body) // 2]),
    "cut at the end": lambda r: replace(r, body=r.body.rstrip()[:-3]),
    "page for data": lambda r: _page("We are sorry, this service is being maintained"),
    "xhtml for data": lambda r: Reply(_XHTML.encode()),
    "json for data": lambda r: replace(too_many(), status=200),
    "empty": lambda r: replace(r, body=b""),
    "blank": lambda r: replace(r, body=b'<?xml version="1.0"?>\n'),
    "binary": lambda r: replace(r, body=bytes(range(256)) * 4),
}
# Faults of ESearch that pass.
SEARCH_PASSING: dict[str, Fault] = PASSING | {
    "backend": lambda r: search_error(
        "Search Backend failed: Unable to open connection to #PMQuerySrv?dbaf=taxonomy"
    ),
    "database gone": lambda r: search_error(
        "Search Backend failed: Database is not supported: pubmed"
    ),
    "no count": lambda r: replace(r, body=re.sub(rb"<Count>\d+</Count>", b"", r.body, count=1)),
    "fewer ids": lambda r: replace(r, body=re.sub(rb"<Id>\d+</Id>", b"", r.body, count=3)),
    "no ids": lambda r: replace(r, body=re.sub(rb"<Id>\d+</Id>", b"", r.body)),
    "one id twice": lambda r: replace(
        r, body=re.sub(rb"<Id>\d+</Id>", rb"<Id>30000000</Id>", r.body, count=2)
    ),
    "ids of another kind": lambda r: replace(
        r, body=re.sub(rb"<Id>(\d+)</Id>", rb"<Id>PMC\1</Id>", r.body, count=1)
    ),
    "articles for hits": lambda r: Reply(b"<PubmedArticleSet></PubmedArticleSet>"),
}
# Faults of EFetch that pass.
FETCH_PASSING: dict[str, Fault] = PASSING | {
    "error for articles": lambda r: fetch_error("Unable to obtain query #1", 200),
    "no ids known": lambda r: fetch_error(NO_IDS),
    "one fewer": lambda r: replace(r, body=_ONE.sub(b"", r.body, count=1)),
    "none": lambda r: replace(r, body=_ONE.sub(b"", r.body)),
    "one garbled": lambda r: replace(r, body=r.body.replace(b"</Article>", b"</Artikel>", 1)),
    "a line of text": lambda r: Reply(
        b"id: 1 Error occurred: The following PMID is not available: 1", kind="text/plain"
    ),
    "hits for articles": lambda r: Reply(b"<eSearchResult><Count>0</Count></eSearchResult>"),
}
# Oddities of ESearch that are no faults: all that was asked for is there.
SEARCH_HARMLESS: dict[str, Fault] = {
    # the older wording of "only 9,999 are listed"
    "restrictions achieved": lambda r: replace(
        r,
        body=r.body.replace(
            b"</eSearchResult>",
            b"<WarningList><OutputMessage>Restrictions achieved. start and count adjusted to 0, "
            b"9999</OutputMessage></WarningList></eSearchResult>",
        ),
    ),
    "rate headers": lambda r: replace(
        r, headers={"X-RateLimit-Limit": "3", "X-RateLimit-Remaining": "0"}
    ),
}
# The same of EFetch.
HARMLESS: dict[str, Fault] = {
    "newer DTD": lambda r: replace(r, body=r.body.replace(b"pubmed_190101", b"pubmed_270101")),
    "unknown element": lambda r: replace(
        r, body=r.body.replace(b"<Language>", b"<Novelty>1</Novelty><Language>")
    ),
    "one twice": lambda r: replace(r, body=_ONE.sub(lambda m: m[0] * 2, r.body, count=1)),
    "one too many": lambda r: replace(
        r, body=_ONE.sub(lambda m: m[0] + _PMID.sub(rb"\g<1>999999999\2", m[0]), r.body, count=1)
    ),
}
# Faults that another try does not overcome.
LASTING: dict[str, Fault] = {
    "403": lambda r: _page("Access Denied", 403),
    "404": lambda r: _page("Not Found", 404),
    "moved": lambda r: Reply(b"", status=302, headers={"Location": "http://127.0.0.1:9/"}),
    "bad key": lambda r: Reply(
        b'{"error":"API key invalid","api-key":"sesame-7"}', status=400, kind="application/json"
    ),
    "request quoted": lambda r: Reply(
        b"Bad Request: esearch.fcgi?db=pubmed&api_key=sesame-7", status=400, kind="text/plain"
    ),
    "past the cap": lambda r: search_error(CAP_ERROR),
    "past the cap, older": lambda r: search_error(
        "Position 15000 is out of acceptable range [9999,9998]"
    ),
    "past the cap, 400": lambda r: fetch_error(CAP_ERROR),
    "history range": lambda r: fetch_error(HISTORY_ERROR.format(1, 1)),
    "long pause": lambda r: too_many(after=86_400),
}
# What ESearch may do without a fault being seen. "no PMID ranges" is done by the server itself.
ODD: dict[str, Fault] = {
    "one more counted": lambda r: replace(
        r, body=re.sub(rb"<Count>(\d+)", lambda m: b"<Count>%d" % (int(m[1]) + 1), r.body, count=1)
    ),
    "no PMID ranges": lambda r: r,
}
ALL = SEARCH_PASSING | SEARCH_HARMLESS | FETCH_PASSING | HARMLESS | LASTING | ODD
