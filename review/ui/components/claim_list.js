// Claims as cards: each population with its verdict, a bar of cohort families, and counts as links.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".claims");
  if (isDrawn(root, data)) return;

  const link = (href, text, opened, kind) =>
    opens(element("a", { href, class: kind }, text), () => setTriggerValue("open", opened));

  const bar = (group) => {
    const counted = group.counts.filter((one) => one.n);
    const said = counted.map((one) => `${one.n} ${one.label}`).join(", ");
    const parts = counted.map((one) => {
      const part = element("span", { class: one.say });
      part.style.flexGrow = one.n;
      return part;
    });
    return element("div", { class: "bar", role: "img", "aria-label": said }, ...parts);
  };

  const count = (one) => {
    const text = `${one.n} ${one.label}`;
    const kind = `count ${one.say}`;
    return one.n ? link(one.href, text, { where: one.where }, kind) : element("span", { class: kind }, text);
  };

  const population = (group) => {
    const any = group.counts.some((one) => one.n);
    const verdict = `verdict ${group.verdict.replaceAll(" ", "-")}`;
    const head = element(
      "div",
      { class: "head" },
      element("b", {}, group.label),
      element("span", { class: verdict }, group.verdict),
      group.certainty && element("span", { class: "certainty" }, `Certainty: ${group.certainty}`),
    );
    return element(
      "div",
      { class: group.under ? "group under" : "group" },
      head,
      any && bar(group),
      any && element("div", { class: "counts" }, ...group.counts.map(count)),
      element("p", { class: "sentence" }, group.sentence),
    );
  };

  const note = (text) => element("p", { class: "note" }, text);
  root.replaceChildren(
    ...data.claims.map((claim) =>
      element(
        "article",
        { class: "claim" },
        element(
          "h3",
          {},
          claim.href ? link(claim.href, claim.text, { claim: claim.id }) : element("span", {}, claim.text),
        ),
        claim.retired && note("Retired: no longer claimed."),
        claim.error && note(`Cannot be evaluated: ${claim.error}`),
        claim.changed && element("p", { class: "changed" }, claim.changed),
        element("div", { class: "groups" }, ...claim.groups.map(population)),
      ),
    ),
  );
}
