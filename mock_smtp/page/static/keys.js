// Keys: j and k move, Enter opens, u goes back, / searches, f shows faults, ? shows them all.
"use strict";

const overlay = document.getElementById("keys");
const shower = document.getElementById("show-keys");

function move(step) {
  const mails = [...document.querySelectorAll(".mails a")];
  const at = mails.indexOf(document.activeElement);
  mails[Math.max(0, Math.min(mails.length - 1, at + step))]?.focus();
}

const actions = {
  j: () => move(1),
  k: () => move(-1),
  u: () => { location.href = "/"; },
  f: () => { location.href = "/faults"; },
  "/": () => document.getElementById("query")?.focus(),
  "?": () => overlay.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in actions)) return;
  event.preventDefault();
  actions[event.key]();
});

shower.hidden = false;
shower.addEventListener("click", () => overlay.showModal());
