export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".account");
  if (isDrawn(root, data)) return;

  const wrong = element("p", { class: "wrong", role: "alert" });
  const enter = async (given) => {
    wrong.textContent = "";
    const sentence = await post("/sign-in", given);
    if (sentence === null) window.location.reload();
    else wrong.textContent = sentence;
  };

  const oneClick = (data.demo || []).map(({ name, for: what }) => {
    const button = element("button", { type: "button", class: "demo" });
    button.append(element("strong", {}, name), element("span", {}, what));
    button.addEventListener("click", () => enter({ name, demo: true }));
    return button;
  });

  const name = element("input", { id: "name", autocomplete: "username", required: "" });
  const password = element("input", {
    id: "password",
    type: "password",
    autocomplete: "current-password",
    required: "",
  });
  const form = element(
    "form",
    {},
    element("label", { for: "name" }, "Name"),
    name,
    element("label", { for: "password" }, "Password"),
    password,
    element("button", { type: "submit", class: "main" }, "Sign in"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter({ name: name.value, password: password.value });
  });

  const shown = oneClick.length
    ? [
        element("p", {}, "Look around as"),
        element("div", { class: "choices" }, ...oneClick),
        element("details", {}, element("summary", {}, "Sign in with a password"), form),
      ]
    : [form];
  root.replaceChildren(...shown, wrong);
}
