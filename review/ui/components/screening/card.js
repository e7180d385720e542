// One record drawn for reading: what there is, in a calm order, every word of it as text.

const VERDICTS = { include: "Include", maybe: "Maybe", exclude: "Exclude" };

function drawCard(card, pattern, fetchAbstract) {
  const place = [card.volume, card.issue && `(${card.issue})`].filter(Boolean).join("");
  const source = element("p", { class: "source" });
  if (card.journal) source.append(element("cite", {}, card.journal));
  const rest = [place, card.pages, card.year].filter(Boolean).join(" · ");
  if (rest) source.append(card.journal ? ` · ${rest}` : rest);

  const facts = element(
    "dl",
    { class: "facts" },
    ...fact("Type", card.publication_types),
    ...fact("Keywords", card.keywords, pattern),
    ...fact("MeSH", card.mesh, pattern),
    ...fact("Language", card.language && !/^eng?(lish)?$/i.test(card.language) && [card.language]),
    ...fact("Found in", card.source && [card.source]),
  );
  return [
    ...drawNotices(card),
    element("h2", { class: "title" }, marked(card.title || "(no title)", pattern)),
    element("p", { class: "authors" }, authorLine(card.authors || [])),
    source,
    drawLinks(card),
    drawAbstract(card, pattern, fetchAbstract),
    facts.childElementCount ? facts : null,
  ].filter(Boolean);
}

const NOTICES = {
  retraction: ["Retracted", "Retraction notice"],
  concern: ["Expression of concern", "Expression of concern, a notice"],
  correction: ["Corrected", "Correction notice"],
};

function drawNotices(card) {
  // what is said of the report by others, the gravest first; then of what it is itself a notice
  const about = card.notices || [];
  const isTold = about.some(({ kind }) => kind === "retraction");
  const warn = (text, kind, ...links) => element("p", { class: `warning ${kind}` }, text, ...links);
  const found = card.retracted && !isTold ? [warn("Retracted: check the notice first.", "retraction")] : [];
  for (const { kind, record, pmid, doi } of about) {
    const address = pubmedAddress({ pmid }) || (doiOf({ doi }) && `https://doi.org/${encodeURI(doi)}`);
    const name = NOTICES[kind]?.[0] || kind;
    const where = address ? outward(address, pmid ? `PubMed ${pmid}` : doi) : record ? `record ${record}` : "";
    found.push(warn(`${name}: see the notice${where ? ", " : "."}`, kind, where));
  }
  for (const { kind, record } of card.notice_of || []) {
    found.push(warn(`${NOTICES[kind]?.[1] || kind} of record ${record}.`, kind));
  }
  return found;
}

function authorLine(authors) {
  const shown = authors.length > 12 ? [...authors.slice(0, 11), "…", authors.at(-1)] : authors;
  return shown.join("; ") || "(no authors)";
}

function fact(name, values, pattern = null) {
  const list = Array.isArray(values) ? values : [];
  if (!list.length) return [];
  return [element("dt", {}, name), element("dd", {}, marked(list.join(" · "), pattern))];
}

function drawAbstract(card, pattern, fetchAbstract) {
  const body = element("div", { class: "abstract" });
  if (!card.abstract?.trim()) {
    const said = element("p", { class: "missing" }, "This record came without an abstract. ");
    said.append(outward(pubmedAddress(card) || pubmedSearch(card), "Look for it in PubMed"));
    body.append(said);
    if (pubmedAddress(card) && fetchAbstract) {
      const told = element("span", { class: "missing", role: "status" });
      const fetching = button("Fetch from PubMed", "", () => fetchAbstract(fetching, told), "small");
      body.append(element("p", { class: "row" }, fetching, told));
    }
    return body;
  }
  for (const { label, text } of sections(card.abstract)) {
    if (label) body.append(element("h3", {}, label));
    for (const part of text.split(/\n+/)) {
      if (part.trim()) body.append(element("p", {}, marked(part, pattern)));
    }
  }
  if (card.fetched) {
    const day = card.fetched.at.slice(0, 10);
    const where = `Abstract fetched from PubMed (${card.fetched.pmid}) on ${day}; the record came without.`;
    body.append(element("p", { class: "missing" }, where));
  }
  return body;
}

function pubmedAddress(card) {
  return /^\d{1,9}$/.test(card.pmid || "") ? `https://pubmed.ncbi.nlm.nih.gov/${card.pmid}/` : null;
}

function pubmedSearch(card) {
  const term = doiOf(card) ? `${doiOf(card)}[doi]` : card.title || "";
  return `https://pubmed.ncbi.nlm.nih.gov/?term=${encodeURIComponent(term.slice(0, 500))}`;
}

function doiOf(card) { return /^10\.\S+$/.test(card.doi || "") ? card.doi : null; }

function fullTextAddress(card) {
  if (card.document) return `/api/document/${Number(card.document)}`;
  return card.link ? webAddress(card.link) : null;
}

function drawLinks(card) {
  const pubmed = pubmedAddress(card);
  const doi = doiOf(card);
  const other = card.url ? webAddress(card.url) : null;
  const full = fullTextAddress(card);
  return element(
    "p",
    { class: "links" },
    full ? outward(full, "Full text", "full") : null,
    pubmed ? outward(pubmed, `PubMed ${card.pmid}`) : null,
    doi ? outward(`https://doi.org/${encodeURI(doi)}`, `doi:${doi}`) : null,
    other && !pubmed && !doi ? outward(other, new URL(other).hostname) : null,
    element("span", { class: "number" }, `record ${card.record}`),
  );
}

function outward(address, text, kind = null) {
  const rel = "noopener noreferrer";
  const link = element("a", { href: address, target: "_blank", rel, class: kind }, text);
  link.append(element("span", { class: "unseen" }, " (opens in a new tab)"));
  return link;
}

function verdictText(verdict, reason, reasons) {
  const label = reason && (reasons.find(({ code }) => code === reason)?.label || reason);
  return VERDICTS[verdict] + (label ? `: ${label}` : "");
}
