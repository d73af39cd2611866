// Run cypress-mailpit's commands outside Cypress: `cy.request` becomes fetch, `cy.wrap` a promise.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

async function request({ method, url, body, qs }) {
  const address = new URL(url);
  for (const [name, value] of Object.entries(qs ?? {})) address.searchParams.set(name, value);
  const headers = body ? { "Content-Type": "application/json" } : {};
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  assert.equal(answer.status, 200, `${method} ${address}`);
  const text = await answer.text();
  return { body: answer.headers.get("content-type").includes("json") ? JSON.parse(text) : text };
}

globalThis.Cypress = { expose: () => process.env.INBOX_URL, config: () => 4000 };
globalThis.cy = {
  env: () => Promise.resolve({}),
  request,
  wait: (time) => new Promise((done) => setTimeout(done, time)),
  wrap: (value) => Promise.resolve(value),
};

// The package's imports lack file endings, which only a bundler resolves: load the one class file.
const source = await readFile("node_modules/cypress-mailpit/dist/src/MailpitCommands.js".replace(
  "node_modules", new URL("./node_modules", import.meta.url).pathname), "utf8");
const copy = new URL("./MailpitCommands.mjs", import.meta.url);
await writeFile(copy, source);
const { MailpitCommands } = await import(copy);
const mailpit = new MailpitCommands();

await mailpit.mailpitDeleteAllEmails();
await mailpit.mailpitSendMail();
const attachments = [{ Content: "SGk=", FileName: "hi.txt", ContentType: "text/plain" }];
await mailpit.mailpitSendMail({ subject: "Second", attachments });
assert.equal((await mailpit.mailpitGetAllMails()).messages.length, 2);
const mail = await mailpit.mailpitGetMail();
assert.equal(await mailpit.mailpitGetSubject(mail), "Second");
assert.equal(await mailpit.mailpitGetFromAddress(mail), "from@example.com");
assert.deepEqual(await mailpit.mailpitGetRecipientAddress(mail), ["jane@example.com"]);
assert.deepEqual(await mailpit.mailpitGetAttachments(mail), ["hi.txt"]);
assert.match(await mailpit.mailpitGetMailHTMlBody(mail), /hello from mailpit/);
assert.match(await mailpit.mailpitGetMailTextBody(mail), /hello from mailpit/);
const [summary] = (await mailpit.mailpitGetEmailsBySubject("Second")).messages;
assert.equal((await mailpit.mailpitGetEmailsByTo("jane@example.com")).messages[0].ID, summary.ID);
await mailpit.mailpitHasEmailsBySubject("Second");
await mailpit.mailpitHasEmailsByTo("jane");
await mailpit.mailpitHasEmailsBySearch("hello");
await mailpit.mailpitNotHasEmailsBySubject("Third");
await mailpit.mailpitNotHasEmailsByTo("nobody");
await mailpit.mailpitNotHasEmailsBySearch("nothing");
await mailpit.mailpitSetAllEmailStatusAsRead();
await mailpit.mailpitSetStatusAsUnRead([mail]);
await mailpit.mailpitSetStatusAsRead(mail);
await mailpit.mailpitSetAllEmailStatusAsUnRead();
assert.equal((await mailpit.mailpitGetAllMails()).unread, 2);
await mailpit.mailpitDeleteEmailsBySearch("subject:Second");
assert.equal((await mailpit.mailpitGetAllMails()).total, 1);
console.log("all commands ran");
