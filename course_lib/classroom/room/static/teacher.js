// The teacher's page: shows guesses, then the answer. Its key comes behind the address's #.
"use strict";

const ASK_EVERY = 1000; // milliseconds
const SPEAK_EVERY = 6000; // a screen reader is not told of every single guess
const part = (id) => document.getElementById(id);
let now = null;
let spoken = 0;
let last = {};

// taken out of the address bar at once: the page is shown to a whole room
function key() {
  const given = location.hash.slice(1);
  if (given) {
    sessionStorage.setItem("room-key", given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("room-key") ?? "";
}

const secret = key();
// a link with a new key, opened in the same tab
window.addEventListener("hashchange", () => location.hash.length > 1 && location.reload());

async function ask(path, sent) {
  const options = { headers: { "X-Room-Key": secret }, cache: "no-store" };
  if (sent !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(sent);
  }
  const answer = await fetch("/teacher/" + path, options);
  const data = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(data.error), { told: true, status: answer.status });
  return data;
}

function say(id, text) {
  if (part(id).textContent !== text) part(id).textContent = text;
}

// only what changed is drawn again: the focus stays where it is
function draw(id, html) {
  if (last[id] === html) return;
  last[id] = html;
  part(id).innerHTML = html; // drawn and escaped by the server
}

function show(data) {
  const before = now;
  say("alarm", data.problem);
  if (data.text === undefined) return;
  if (before && data.version < before.version) return; // an answer that was overtaken
  now = data;
  draw("door", data.door);
  draw("picture", data.picture);
  draw("answer", data.answer);
  draw("machines", data.machines);
  say("text", data.text);
  say("hint", data.hint);
  say("count", String(data.count));
  say("count-word", data.count === 1 ? "guess" : "guesses");
  say("place", `· question ${data.at + 1} of ${data.list.length}`);
  part("reveal").disabled = data.shown;
  part("next").disabled = data.at + 1 >= data.list.length;
  list(data);
  if (before && before.at !== data.at) part("text").focus();
  speak(data);
}

function speak(data) {
  const moment = Date.now();
  if (moment - spoken < SPEAK_EVERY) return;
  spoken = moment;
  say("news", `${data.count} ${data.count === 1 ? "guess" : "guesses"}`);
}

function list(data) {
  const box = part("list");
  while (box.children.length < data.list.length) box.append(row(box.children.length));
  data.list.forEach((each, place) => {
    const button = box.children[place].firstChild;
    const [words, number] = button.children;
    const count = each.count ? String(each.count) : "";
    if (words.textContent !== each.text) words.textContent = each.text;
    number.textContent = each.shown ? `✔ ${count}` : count;
    number.className = each.shown ? "number done" : "number";
    const told = each.shown ? ", answer shown" : "";
    button.setAttribute("aria-label", `${place + 1}: ${each.text} ${each.count} guesses${told}`);
    if (place === data.at) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
}

function row(place) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.append(document.createElement("span"), document.createElement("span"));
  button.firstChild.className = "words";
  button.addEventListener("click", () => act("go", place));
  item.append(button);
  return item;
}

async function act(path, place) {
  try {
    show(await ask(path, { at: place }));
    say("said", "");
  } catch (problem) {
    say("said", problem.told ? problem.message : "The server does not answer.");
  }
}

part("reveal").addEventListener("click", () => act("reveal", now.at));
part("next").addEventListener("click", () => act("go", now.at + 1));
part("save").addEventListener("click", async () => {
  try {
    const counts = await ask("counts");
    const text = JSON.stringify(counts, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `room-${counts.lesson}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say("said", `The counts are in your downloads: room-${counts.lesson}.json.`);
  } catch (problem) {
    say("said", problem.told ? problem.message : "The server does not answer.");
  }
});

async function look() {
  let again = ASK_EVERY;
  try {
    show(await ask("now?seen=" + (now ? now.version : "")));
  } catch (problem) {
    say("alarm", problem.told ? problem.message : "The server does not answer. Is it running?");
    if (problem.status === 403) return; // no key, or one of an earlier server: asking on is no use
    again = 3 * ASK_EVERY;
  }
  setTimeout(look, again);
}

look();
