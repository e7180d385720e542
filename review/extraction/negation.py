"""Decides whether a text denies the words found in it ("no EMG", "without sarcopenia").

What is denied of a result is no denial of the thing: "no change in jitter" and "no jitter
difference" speak of jitter. A simple form of NegEx (Chapman and others 2001): a word of denial
close before the words, in the same clause.
"""

import re

_REACH = 60
"""How many characters before and after are looked at."""

# between the denial and the words only a few words that tell of which or how
_BEFORE = re.compile(
    r"""(?:^|[\s(,;])
    (?P<both>(?:with\s+(?:and|or)|and|or)\s+)?
    (?P<no>no|not|without|neither|nor|lacking|lacks?|lack\sof|absence\sof|exclud(?:ing|ed)|
      except(?:\sfor)?|instead\sof|rather\sthan|unrelated\sto|free\s(?:of|from))\s+
    (?P<between>(?:[\w-]+\s+){0,3})$""",
    re.IGNORECASE | re.VERBOSE,
)
# a result that is denied, or words that turn the denial round
_RESULT = re.compile(
    r"""\b(?:chang\w*|differ\w*|effects?|increas\w*|decreas\w*|loss|reduc\w*|declin\w*|improv\w*|
    associat\w*|correlat\w*|evidence|impair\w*|influence|relation\w*|alter\w*|affect\w*|gain|
    significan\w*|benefit|decrement|deficits?|fail\w*|only|just|merely|less|more|longer|in|of|on|
    between|by|to|for|but|whether|known|clear|yet)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(
    r"""^[\s-]*(?:[\w-]+\s+)?(?:chang\w*|differ\w*|increas\w*|decreas\w*|loss\w*|reduc\w*|declin\w*|
    improv\w*|effects?|alter\w*|deficits?|impairments?|gains?|decrements?|only)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DENIED_AFTER = re.compile(
    r"""^\s*(?:was|were|is|are|has\sbeen|have\sbeen)\s+(?:not|never)\s+
    (?:\w+ly\s+)?(?:used|recorded|measured|performed|included|studied|assessed|available|done|
    examined|tested|obtained)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE = re.compile(r"[.;:!?]\s|[,;]\s(?=but\b)", re.IGNORECASE)


def is_negated(text: str, start: int, end: int) -> bool:
    """Whether the words of `text` from `start` to `end` are denied where they stand."""
    after = text[end : end + _REACH]
    if _DENIED_AFTER.search(after):
        return True
    before = _CLAUSE.split(text[max(0, start - _REACH) : start])[-1]
    denial = _BEFORE.search(before)
    if denial is None or denial["both"] or _RESULT.search(denial["between"]):
        return False
    return not _AFTER.search(after)
