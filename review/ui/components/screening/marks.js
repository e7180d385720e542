// Words of a record as elements: never markup from the record, only text nodes and <mark>.

const EDGE = "\\p{L}\\p{N}_";

function termPattern(term) {
  // A word or phrase; `*` stands for any ending; /.../ is a regular expression of the team.
  if (term.length > 2 && term.startsWith("/") && term.endsWith("/")) {
    const source = term.slice(1, -1);
    try {
      return "".match(new RegExp(source, "iu")) ? null : `(?:${source})`; // one that matches nothing
    } catch {
      return null;
    }
  }
  const escaped = term.trim().replace(/[\\^$.|?*+()[\]{}]/g, "\\$&").replace(/\s+/g, "\\s+");
  if (!escaped) return null;
  return `(?<![${EDGE}])${escaped.replaceAll("\\*", `[${EDGE}]*`)}(?![${EDGE}])`;
}

function compileTerms({ include = [], exclude = [] } = {}) {
  // Returns one regular expression with the groups `include` and `exclude`, or null.
  const group = (name, terms) => {
    const patterns = [...terms].sort((a, b) => b.length - a.length).map(termPattern).filter(Boolean);
    return patterns.length ? `(?<${name}>${patterns.join("|")})` : null;
  };
  const groups = [group("include", include), group("exclude", exclude)].filter(Boolean);
  try {
    return groups.length ? new RegExp(groups.join("|"), "giu") : null;
  } catch {
    return null; // e.g. two expressions with a group of the same name
  }
}

function marked(text, pattern) {
  // Returns a fragment: the text with <mark> around the terms.
  const fragment = document.createDocumentFragment();
  let done = 0;
  for (const match of pattern ? text.matchAll(pattern) : []) {
    if (!match[0]) continue;
    const kind = match.groups.include === undefined ? "exclude" : "include";
    fragment.append(text.slice(done, match.index), element("mark", { class: kind }, match[0]));
    done = match.index + match[0].length;
  }
  fragment.append(text.slice(done));
  return fragment;
}

// Labels are in capitals before a colon in PubMed and most databases; in others as words like these.
const LABELS = "AIM|Aims?|Backgrounds?|Introduction|Rationale|Context|Importance|Objectives?|Purpose"
  + "|Hypothesis|Study design|Design|Setting|Participants|Patients|Subjects|Exposures?|Interventions?"
  + "|Measurements?|Main outcome measures?|Main outcomes(?: and measures)?|Data sources|Study selection"
  + "|Data extraction|Data synthesis|Methods?(?:ology)?|Methods and [a-z]+|Materials? and methods?"
  + "|Patients and methods?|Results?|Findings|Main results|Discussion|Limitations|Interpretation"
  + "|Conclusions?(?: and [a-z]+)?|Significance|Key messages?|Trial registration|Registration|Funding";
const LABEL = new RegExp(
  String.raw`(?:^|(?<=\n\s*|[.?!;)\]]\s+))(${LABELS}|\p{Lu}[\p{Lu}\p{Pd} ,/&()]{3,60}):\s+`, "gu");

function sections(abstract) {
  // Returns [{label, text}].
  const found = [];
  let start = 0;
  let label = "";
  for (const match of abstract.matchAll(LABEL)) {
    const before = abstract.slice(start, match.index).trim();
    if (before || label) found.push({ label, text: before });
    label = match[1];
    start = match.index + match[0].length;
  }
  found.push({ label, text: abstract.slice(start).trim() });
  return found.filter((section) => section.text || section.label);
}

function webAddress(text) {
  // Returns an http(s) address, or null for anything else a record may hold.
  try {
    const address = new URL(text);
    return ["http:", "https:"].includes(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}
