// What every component draws with: elements that hold text alone, and links opened in place.

function element(tag, attributes = {}, ...children) {
  // Attributes and children that are null, undefined or false are left out.
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

function isDrawn(root, data) {
  // Streamlit calls a component at every run of its page, whether its data changed or not.
  const now = JSON.stringify(data);
  if (root.drawn === now) return true;
  root.drawn = now;
  return false;
}

function opens(link, act) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
    event.preventDefault();
    act();
  });
  return link;
}
