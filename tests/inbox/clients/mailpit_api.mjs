// Call everything of mailpit-api that the inbox offers; each call throws unless it is answered 200.
import assert from "node:assert/strict";
import { MailpitClient } from "mailpit-api";

const mailpit = new MailpitClient(process.env.INBOX_URL);

assert.equal((await mailpit.getInfo()).Messages, 1);
assert.equal((await mailpit.getConfiguration()).ChaosEnabled, true);
assert.equal((await mailpit.getMessageSummary()).Subject, "From Python");
assert.deepEqual((await mailpit.getMessageHeaders()).Subject, ["From Python"]);
assert.match(await mailpit.getMessageSource(), /^From: shop@example\.com/);

const sent = await mailpit.sendMessage({
  From: { Email: "a@example.com", Name: "Ana" },
  To: [{ Email: "b@example.com" }],
  Subject: "Sent over HTTP",
  Text: "plain words",
  HTML: "<p>rich <img src=\"cid:logo\"></p>",
  Attachments: [
    { Content: "SGk=", Filename: "hi.txt", ContentType: "text/plain" },
    { Content: "R0lGODlhAQABAAAAACw=", Filename: "dot.gif", ContentType: "image/gif", ContentID: "logo" },
  ],
  Tags: ["one", "b/c d"],
});
const mail = await mailpit.getMessageSummary(sent.ID);
const [file] = mail.Attachments;
assert.equal(await (await mailpit.getMessageAttachment(sent.ID, file.PartID)).text(), "Hi");
assert.ok((await mailpit.getAttachmentThumbnail(sent.ID, file.PartID)));
assert.match(await mailpit.renderMessageHTML(sent.ID), /\/api\/v1\/message\/\d+\/part\//);
assert.match(await mailpit.renderMessageText(sent.ID), /plain words/);

assert.equal((await mailpit.listMessages()).messages_count, 2);
assert.equal((await mailpit.searchMessages({ query: "rich" })).messages_count, 1);
assert.equal((await mailpit.waitForMessage({ query: "subject:HTTP" })).ID, sent.ID);
await mailpit.setReadStatus({ IDs: [sent.ID], Read: false });
await mailpit.setReadStatus({ Search: "subject:HTTP", Read: true }, { tz: "Europe/Madrid" });
assert.equal((await mailpit.searchMessages({ query: "is:read" })).messages_count, 2);

assert.deepEqual(await mailpit.getTags(), ["b c d", "one"]);
await mailpit.setTags({ IDs: [sent.ID], Tags: ["two words", "three"] });
await mailpit.renameTag("two words", "Two");
await mailpit.deleteTag("three");
assert.deepEqual(await mailpit.getTags(), ["one", "Two"]);

const chaos = { Sender: { ErrorCode: 452, Probability: 100 } };
assert.equal((await mailpit.setChaosTriggers(chaos)).Sender.ErrorCode, 452);
assert.equal((await mailpit.setChaosTriggers()).Sender.Probability, 0);
assert.equal((await mailpit.getChaosTriggers()).Authentication.ErrorCode, 535);

await mailpit.deleteMessagesBySearch({ query: "subject:HTTP" });
assert.equal((await mailpit.listMessages()).total, 1);
await mailpit.deleteMessages();
assert.equal((await mailpit.listMessages()).total, 0);
console.log("all calls answered");
