"use strict";

// The secret is in the URL fragment, which browsers do not send to servers. It is sent once, in the body of
// the request that sets the password.
const secret = decodeURIComponent(location.hash.slice(1));
const one = (id) => document.getElementById(id);
const form = one("form");
const password = one("password");
const again = one("again");
const said = one("said");

/** Shows a message and moves the focus to it, so that screen readers announce it. */
function say(text) {
  said.textContent = text;
  said.focus();
}

/** Shows the error of a field, or clears it if `wrong` is empty. Returns whether there is an error. */
function mark(field, wrong) {
  one(`${field.id}-error`).textContent = wrong;
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  return wrong !== "";
}

function check() {
  const length = [...password.value].length;
  const wrong = [
    [password, length < 12 ? "Use at least 12 characters." : length > 256 ? "Use at most 256 characters." : ""],
    [again, again.value === password.value ? "" : "This is not the same as above."],
  ].filter(([field, text]) => mark(field, text));
  wrong[0]?.[0].focus();
  return wrong.length === 0;
}

async function save() {
  const response = await fetch(form.dataset.api, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ link: secret, password: password.value }),
  });
  if (response.ok) {
    form.hidden = true;
    one("intro").hidden = true;
    // Remove the secret from the browser's history.
    history.replaceState(null, "", location.pathname);
    return say("Your password is saved. You can now sign in with it and close this page.");
  }
  const problem = await response.json().catch(() => ({}));
  if (problem.code === "link.worthless") {
    form.hidden = true;
    return say("This link does not work any more. A link works only once, for 24 hours. Ask an administrator for a new one.");
  }
  const reasons = (problem.errors ?? []).map((error) => error.detail).join(" ");
  if (reasons) {
    mark(password, reasons);
    return password.focus();
  }
  return say(problem.status === 429
    ? "Too many attempts. Wait a minute and try again."
    : `The password was not saved: ${problem.detail ?? "the server does not answer"}. Try again.`);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "";
  if (!check()) return;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await save();
  } catch {
    say("The server does not answer. Try again.");
  } finally {
    button.disabled = false;
  }
});

one("show").addEventListener("change", ({ target }) => {
  for (const field of [password, again]) field.type = target.checked ? "text" : "password";
});

if (secret) form.hidden = false;
else say("This page needs the whole link that you received. Open the link again, or copy all of it into the address bar.");
