// One record drawn for reading: what there is, in a calm order, every word of it as text.

const VERDICTS = { include: "Include", maybe: "Maybe", exclude: "Exclude" };

function drawCard(card, pattern) {
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
    card.retracted ? element("p", { class: "warning" }, "Retracted: check the notice first.") : null,
    element("h2", { class: "title" }, marked(card.title || "(no title)", pattern)),
    element("p", { class: "authors" }, authorLine(card.authors || [])),
    source,
    drawLinks(card),
    drawAbstract(card, pattern),
    facts.childElementCount ? facts : null,
  ].filter(Boolean);
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

function drawAbstract(card, pattern) {
  const body = element("div", { class: "abstract" });
  if (!card.abstract?.trim()) {
    const said = element("p", { class: "missing" }, "This record has no abstract. ");
    said.append(outward(pubmedAddress(card) || pubmedSearch(card), "Look for it in PubMed"));
    body.append(said);
    return body;
  }
  for (const { label, text } of sections(card.abstract)) {
    if (label) body.append(element("h3", {}, label));
    for (const part of text.split(/\n+/)) {
      if (part.trim()) body.append(element("p", {}, marked(part, pattern)));
    }
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
