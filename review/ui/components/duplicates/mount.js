// What Streamlit calls: at the first mount and again at every data update, without a cleanup between.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".duplicates");
  const drawn = JSON.stringify(data);
  if (root.page && root.drawnFrom === drawn) return undefined;
  root.page?.end();
  root.page = new Answering(root, data);
  root.drawnFrom = drawn;
  return () => {
    root.page?.end();
    root.page = null;
  };
}
