const PAGES = "[data-testid=stSidebarNavItems]";

function plainNavigation() {
  // Streamlit puts its sections between a list and the items: to a screen reader neither is one
  for (const part of document.querySelectorAll(`${PAGES}, ${PAGES} li`)) {
    if (part.getAttribute("role") !== "none") part.setAttribute("role", "none");
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".account");
  const sidebar = document.querySelector("[data-testid=stSidebar]");
  plainNavigation();
  if (sidebar && !root.watching) {
    root.watching = new MutationObserver(plainNavigation);
    root.watching.observe(sidebar, { childList: true, subtree: true });
  }
  if (isDrawn(root, data)) return;

  const unsaved = () => {
    try {
      const mine = `review-outbox:${data.review}:${data.member}:`;
      return Object.keys(localStorage).filter((name) => name.startsWith(mine)).length;
    } catch {
      return 0; // no storage, so nothing waits in it
    }
  };
  const wrong = element("p", { class: "wrong", role: "alert" });
  const button = element("button", { type: "button" }, "Sign out");
  button.addEventListener("click", async () => {
    const n = unsaved();
    const question =
      `${n} ${n === 1 ? "vote is" : "votes are"} not saved yet. They stay in this browser ` +
      `until ${data.name} signs in here again. Sign out all the same?`;
    if (n && !window.confirm(question)) return;
    const sentence = await post("/sign-out", {});
    if (sentence === null) window.location.reload();
    else wrong.textContent = sentence;
  });
  root.replaceChildren(
    element("p", { class: "title" }, data.title),
    element(
      "div",
      { class: "who" },
      element("span", {}, element("strong", {}, data.name), element("small", {}, data.roles)),
      button,
    ),
    wrong,
  );
}
