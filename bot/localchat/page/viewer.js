// A photo looked at: a dialog in the page, left by Escape, with a way to keep the file.

import { $ } from "./door.js";
import { messagesOf } from "./store.js";
import { t } from "./words.js";

let shown = null;

function draw(message) {
  shown = message;
  const size = message.photo.at(-1);
  const picture = $("viewer-picture");
  picture.src = `/control/file/${encodeURIComponent(size.file_id)}`;
  picture.width = size.width;
  picture.height = size.height;
  picture.alt = message.caption || t("photo");
  $("viewer-caption").textContent = message.caption || "";
  $("viewer-save").href = picture.src;
  const others = photos();
  $("viewer-before").disabled = others[0] === message;
  $("viewer-after").disabled = others.at(-1) === message;
}

const photos = () => messagesOf(shown.chat_id).filter((message) => message.photo);

function step(by) {
  const others = photos();
  const next = others[others.findIndex((message) => message.message_id === shown.message_id) + by];
  if (next) draw(next);
}

export function view(message) {
  draw(message);
  $("viewer").showModal();
}

export function wireViewer() {
  $("viewer-before").addEventListener("click", () => step(-1));
  $("viewer-after").addEventListener("click", () => step(1));
  $("viewer-close").addEventListener("click", () => $("viewer").close());
  $("viewer").addEventListener("click", (event) => { if (event.target === $("viewer")) $("viewer").close(); });
  $("viewer").addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) { event.preventDefault(); step(by); }
  });
}
