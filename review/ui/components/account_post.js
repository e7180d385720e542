// What the sign-in form and the sign-out button share.

async function post(path, given) {
  // Returns null when done, otherwise the sentence to show.
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
  } catch {
    return "The server does not answer; try again in a moment.";
  }
  if (response.ok) return null;
  const told = await response.json().catch(() => ({}));
  return told.error || `The server answered ${response.status}.`;
}
