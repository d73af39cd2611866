// The list follows the mailbox: each piece of news fetches the page again and swaps its main part.
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
    for (const part of [".mails, .empty", ".count", ".turning"]) {
      const [now, next] = [main.querySelector(part), page.querySelector(part)];
      if (now && next) now.replaceWith(next);
    }
  } finally {
    fetching = false;
    if (again) { again = false; refresh(); }
  }
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

if (main.querySelector(".count")) follow();
