// What Streamlit calls: at the first mount and again at every data update, without a cleanup between.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".duplicates");
  if (isDrawn(root, data) && root.page) return undefined;
  root.page?.end();
  root.page = new Answering(root, data);
  return () => {
    root.page?.end();
    root.page = null;
  };
}
