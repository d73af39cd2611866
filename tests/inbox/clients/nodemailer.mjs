// Deliver one mail with nodemailer: STARTTLS, login, text, HTML, attachment.
import nodemailer from "nodemailer";

const transport = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(process.env.SMTP_PORT),
  requireTLS: true,
  auth: { user: "ana", pass: "secret" },
  tls: { rejectUnauthorized: false },
});
await transport.sendMail({
  from: "shop@example.com",
  to: "ana@example.com",
  subject: "¡Hola!",
  text: "Buenos días.",
  html: "<p>Buenos días.</p>",
  attachments: [{ filename: "año.txt", content: "2026" }],
});
