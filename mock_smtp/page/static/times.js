// Moments in the reader's own time: today by the clock, before that by the day.
"use strict";

const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { timeStyle: "medium", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    const today = moment.toDateString() === new Date().toDateString();
    time.title = time.textContent;
    time.textContent = (today ? clock : day).format(moment);
  }
}

localTimes(document);
