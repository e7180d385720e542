// Claims as cards: each population with its verdict, a bar of cohort families, and counts as links.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".claims");
  const drawn = JSON.stringify(data.claims);
  if (root.dataset.drawn === drawn) return; // runs again at every data update
  root.dataset.drawn = drawn;

  const made = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const link = (href, text, opened) => {
    const anchor = made("a", "", text);
    anchor.href = href;
    anchor.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
      event.preventDefault();
      setTriggerValue("open", opened);
    });
    return anchor;
  };

  const bar = (group) => {
    const line = made("div", "bar");
    line.setAttribute("role", "img");
    const said = group.counts.filter((one) => one.n).map((one) => `${one.n} ${one.label}`);
    line.setAttribute("aria-label", said.join(", ") || "no study here");
    for (const one of group.counts) {
      if (!one.n) continue;
      const part = made("span", one.say);
      part.style.flexGrow = one.n;
      line.append(part);
    }
    return line;
  };

  const population = (group) => {
    const row = made("div", group.under ? "group under" : "group");
    const head = made("div", "head");
    head.append(made("b", "", group.label));
    head.append(made("span", `verdict ${group.verdict.replaceAll(" ", "-")}`, group.verdict));
    if (group.certainty) head.append(made("span", "certainty", `Certainty: ${group.certainty}`));
    row.append(head);
    if (group.counts.some((one) => one.n)) {
      row.append(bar(group));
      const counts = made("div", "counts");
      for (const one of group.counts) {
        const text = `${one.n} ${one.label}`;
        const item = one.n ? link(one.href, text, { where: one.where }) : made("span", "", text);
        item.classList.add("count", one.say);
        counts.append(item);
      }
      row.append(counts);
    }
    row.append(made("p", "sentence", group.sentence));
    return row;
  };

  root.replaceChildren(
    ...data.claims.map((claim) => {
      const card = made("article", "claim");
      const title = made("h3");
      title.append(
        claim.href ? link(claim.href, claim.text, { claim: claim.id }) : made("span", "", claim.text),
      );
      card.append(title);
      if (claim.retired) card.append(made("p", "note", "Retired: no longer claimed."));
      if (claim.error) card.append(made("p", "note", `Cannot be evaluated: ${claim.error}`));
      if (claim.changed) card.append(made("p", "changed", claim.changed));
      const groups = made("div", "groups");
      groups.append(...claim.groups.map(population));
      card.append(groups);
      return card;
    }),
  );
}
