// The guessers' page: shows what the server says, sends what is guessed, asks again.
"use strict";

const room = location.pathname.replace(/\/$/, "");
const ASK_EVERY = 2500; // milliseconds
const part = (id) => document.getElementById(id);
let at = "";
let failed = 0;

// A random number of this page's own: with it a guess can be changed, and nothing else be told.
function token() {
  const name = "room-token" + room.toUpperCase();
  try {
    let own = localStorage.getItem(name);
    if (!own) localStorage.setItem(name, (own = fresh()));
    return own;
  } catch {
    return (token.own ??= fresh()); // storage is off: it lasts as long as the page
  }
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function ask(path, options = {}) {
  const headers = { "X-Room-Token": token(), ...options.headers };
  const answer = await fetch(room + path, { ...options, headers, cache: "no-store" });
  const data = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(data.error), { told: true });
  return data;
}

const LOST = "The room does not answer. Your guesses are kept there; this page tries again.";
const words = (problem) => (problem.told ? problem.message : LOST);

async function look() {
  try {
    const now = await ask("/now?at=" + encodeURIComponent(at));
    failed = 0;
    if (part("problem").dataset.of === "look") say("problem", "");
    if (now.at !== at && now.html !== undefined) show(now);
  } catch (problem) {
    failed += 1;
    part("problem").dataset.of = "look";
    say("problem", words(problem));
  }
  // not all at the same moment, and slower where nobody answers
  setTimeout(look, ASK_EVERY * Math.min(4, 1 + failed) * (0.8 + 0.4 * Math.random()));
}

function say(id, text) {
  if (part(id).textContent !== text) part(id).textContent = text;
}

function show(now) {
  const box = part("question");
  const inside = box.contains(document.activeElement);
  box.innerHTML = now.html; // drawn and escaped by the server
  const first = at === "";
  const [id, stage] = now.at.split(" ");
  const same = at.split(" ")[0] === id;
  at = now.at;
  say("problem", "");
  box.querySelector("form")?.addEventListener("submit", send);
  if (first) return;
  say("news", stage === "shown" ? "The answer is shown." : same ? "" : "A new question.");
  if (inside) box.querySelector("h2").focus(); // what had the focus is gone
}

function guessed(form) {
  const given = new FormData(form);
  if (form.dataset.kind === "order") return given.getAll("place");
  if (form.dataset.kind === "range") return [given.get("low"), given.get("high")];
  return given.get("guess");
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const body = { token: token(), prediction: form.dataset.id, guess: guessed(form) };
  const shown = at;
  say("problem", "");
  part("problem").dataset.of = "send";
  try {
    const done = await ask("/guess", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (at === shown) say("kept", done.kept);
  } catch (problem) {
    say("problem", words(problem));
  }
}

part("record").addEventListener("submit", async (event) => {
  event.preventDefault();
  say("sent", "");
  say("problem", "");
  part("problem").dataset.of = "send";
  try {
    const done = await ask("/record", {
      method: "POST",
      headers: { "Content-Type": "application/toml" },
      body: part("file").files[0],
    });
    say("sent", done.kept);
  } catch (problem) {
    say("problem", words(problem));
  }
});

look();
