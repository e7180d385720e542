// What Streamlit calls: at the first mount and again at every data update, without a cleanup between.

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function store(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // a browser that keeps nothing still screens
  }
}

function draftName(page, entry) {
  const { review, member, stage } = page.data;
  return `review-draft:${review}:${member}:${stage}:${entry.card?.record ?? entry.record}`;
}

function draftOf(page, entry) { return stored(draftName(page, entry)) ?? entry.note ?? ""; }

function keepDraft(page, entry) {
  if (entry) store(draftName(page, entry), page.part.note.value || null);
}

function forgetDraft(page, entry) { store(draftName(page, entry), null); }

function sameWork(page, data) {
  return page && ["review", "member", "stage"].every((name) => page.data[name] === data[name]);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".screening");
  if (isDrawn(root, data) && root.page) return undefined;
  root.page?.end();
  root.page = new Page(root, data, sameWork(root.page, data) ? root.page : undefined);
  return () => {
    root.page?.end();
    root.page = null;
  };
}
