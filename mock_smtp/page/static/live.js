// The page follows the mailbox: news fetches it again and swaps the parts marked as live.
"use strict";

const main = document.getElementById("main");
let fetching = false;
let again = false;

async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [now, next] = [main, page].map((root) => [...root.querySelectorAll(".live")]);
    if (now.length === next.length) now.forEach((part, place) => swap(part, next[place]));
    else if (next.length) main.replaceChildren(...page.getElementById("main").childNodes);
  } finally {
    fetching = false;
    if (again) { again = false; refresh(); }
  }
}

function swap(part, next) {
  if (part.isEqualNode(next)) return;
  const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
  part.replaceWith(next);
  if (focused) next.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

function follow() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const news = new WebSocket(`${scheme}://${location.host}/api/events`);
  news.onopen = refresh;
  news.onmessage = (message) => {
    if (JSON.parse(message.data).Type !== "stats") refresh();
  };
  news.onclose = () => setTimeout(follow, 1000);
}

// Instant search: the list narrows while one types, the address keeps up.
function searchAsTyped(field) {
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      history.replaceState(null, "", `/?query=${encodeURIComponent(field.value)}`);
      refresh();
    }, 150);
  });
}

if (main.querySelector(".live")) follow();
const field = document.getElementById("query");
if (field) searchAsTyped(field);
