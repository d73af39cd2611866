// Keys: each is named in the overlay that ? shows; none fires while one types.
"use strict";

const overlay = document.getElementById("keys");
const shower = document.getElementById("show-keys");

// In a list the focus moves from one to the next; in a mail the way leads to its neighbour.
function move(step) {
  const rows = [...document.querySelectorAll(".rows .open")];
  if (rows.length) {
    const at = rows.findIndex((row) => row.closest("li").contains(document.activeElement));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
  } else {
    document.querySelector(step > 0 ? "[rel=next]" : "[rel=prev]")?.click();
  }
}

function search() {
  const query = document.getElementById("query");
  if (query) query.select(); else location.href = "/#query";
}

const actions = {
  j: () => move(1),
  k: () => move(-1),
  u: () => { location.href = "/"; },
  a: () => { location.href = "/attempts"; },
  d: () => { location.href = "/duplicates"; },
  f: () => { location.href = "/faults"; },
  "/": search,
  "?": () => overlay.showModal(),
};

function typing(target) {
  return target.closest("input:not([type=radio]), select, textarea, dialog, [popover]");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.id === "query") event.target.blur();
  const other = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (other || typing(event.target) || !Object.hasOwn(actions, event.key)) return;
  event.preventDefault();
  actions[event.key]();
});

document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
shower.hidden = false;
shower.addEventListener("click", () => overlay.showModal());
if (location.hash === "#query") document.getElementById("query")?.select();
