// The page follows the mailbox: news fetches it again and swaps the parts marked as live.
"use strict";

const main = document.getElementById("main");
const breath = 200;
let fetching = false;
let again = false;

async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* the inbox is away; its socket tells when it is back */ }
  await new Promise((rested) => setTimeout(rested, breath));
  fetching = false;
  if (again) { again = false; refresh(); }
}

function show(page) {
  localTimes(page);
  for (const part of main.querySelectorAll(".live")) {
    const next = page.getElementById(part.id);
    if (next) swap(part, next);
  }
}

// What a reader has unfolded stays so, and the focus stays where it was.
function swap(part, next) {
  for (const folded of part.querySelectorAll("details[id]")) {
    const same = next.querySelector(`#${CSS.escape(folded.id)}`);
    if (same) same.open = folded.open;
  }
  if (part.isEqualNode(next)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const href = focused?.getAttribute("href");
  const place = stops(part).indexOf(focused);
  part.replaceWith(next);
  if (!focused) return;
  const same = href && next.querySelector(`[href="${CSS.escape(href)}"]`);
  (same || stops(next)[Math.min(place, stops(next).length - 1)] || main).focus();
}

function stops(root) {
  return [...root.querySelectorAll("a[href], button, summary, [tabindex]")];
}

function follow() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const news = new WebSocket(`${scheme}://${location.host}/api/events`);
  news.onopen = refresh;
  news.onmessage = (message) => {
    const { Type } = JSON.parse(message.data);
    if (Type !== "stats") refresh();
    if (Type === "new") setTimeout(refresh, 300); // its attempt is written down after its 250
  };
  news.onclose = () => setTimeout(follow, 1000);
}

// Instant search: the list narrows while one types, the address keeps up.
function searchAsTyped(field) {
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const query = field.value.trim();
      history.replaceState(null, "", query ? `/?query=${encodeURIComponent(query)}` : "/");
      refresh();
    }, 120);
  });
}

if (main.querySelector(".live")) follow();
const field = document.getElementById("query");
if (field) searchAsTyped(field);
