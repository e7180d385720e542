export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".account");
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
