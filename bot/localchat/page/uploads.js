// Files on their way: chosen, pasted or dropped into a tray, sent with their progress, kept when it fails.

import { enable } from "./composer.js";
import { $, element, pressable, upload } from "./door.js";
import { openId } from "./thread.js";
import { t } from "./words.js";

const PHOTO = /^image\/(png|jpeg|gif)$/;
const MOST_PHOTO = 10 * 1024 * 1024; // a larger picture goes as a file
const ALBUM = 10;

let waiting = []; // {chat, file, kind, node, bar, note, again, address}
let sending = false;

const here = () => waiting.filter((item) => item.chat === openId());
export const trayHolds = () => here().length > 0;

export function addFiles(files) {
  for (const file of files) {
    const kind = PHOTO.test(file.type) && file.size <= MOST_PHOTO ? "photo" : "document";
    const item = { chat: openId(), file, kind };
    drawn(item);
    waiting.push(item);
  }
  showTray();
}

function drawn(item) {
  item.node = element("li", "waiting-file");
  item.bar = element("progress");
  item.bar.max = 1;
  item.bar.value = 0;
  item.bar.hidden = true;
  item.bar.setAttribute("aria-label", t("upload_of", { name: item.file.name }));
  item.note = element("small");
  item.again = pressable("plain", t("try_again"), () => $("form").requestSubmit());
  item.again.hidden = true;
  const words = element("span", "lines");
  words.append(element("strong", "", item.file.name), item.note, item.bar);
  item.node.append(preview(item), words, item.again, pressable("plain", "✕", () => remove(item), t("remove_named", { name: item.file.name })));
}

function preview(item) {
  if (item.kind !== "photo") return element("span", "icon", item.file.name.split(".").pop().slice(0, 4));
  item.address = URL.createObjectURL(item.file);
  const picture = element("img");
  picture.src = item.address;
  picture.alt = "";
  return picture;
}

function remove(item) {
  if (item.address) URL.revokeObjectURL(item.address);
  waiting = waiting.filter((other) => other !== item);
  showTray();
}

/** The files that wait for the open chat. */
export function showTray() {
  $("tray").replaceChildren(...here().map((item) => item.node));
  $("tray").hidden = !trayHolds();
  enable();
}

/**
 * Send what waits for the open chat, in order; several photos become an album. The caption goes with the first;
 * an error's `said` tells whether it has gone already.
 */
export async function sendTray({ caption, ...target }) {
  if (sending) return;
  sending = true;
  const items = here();
  const album = items.length > 1 && items.length <= ALBUM && items.every((item) => item.kind === "photo") ? `${Date.now()}` : "";
  let words = caption;
  try {
    for (const item of items) {
      await sendOne(item, { ...target, caption: words, album });
      words = "";
    }
  } catch (error) {
    throw Object.assign(error, { said: caption && !words });
  } finally {
    sending = false;
  }
}

async function sendOne(item, fields) {
  const form = new FormData();
  for (const [key, value] of Object.entries({ ...fields, kind: item.kind })) if (value) form.append(key, value);
  form.append("file", item.file, item.file.name);
  show(item, "sending");
  try {
    await upload("upload", form, (part) => { item.bar.value = part; });
    remove(item);
  } catch (error) {
    show(item, "failed", error.message);
    throw error;
  }
}

function show(item, state, words = "") {
  item.node.classList.toggle("failed", state === "failed");
  item.bar.hidden = state === "failed";
  item.again.hidden = state !== "failed";
  item.note.textContent = state === "failed" ? `${t("not_sent")} ${words}` : "";
}

export function wireUploads() {
  $("attach").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", () => { addFiles($("file").files); $("file").value = ""; $("text").focus(); });
  $("text").addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    addFiles(event.clipboardData.files);
  });
  const chat = $("chat");
  chat.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files") || $("form").hidden) return;
    event.preventDefault();
    chat.classList.add("dropping");
  });
  for (const name of ["dragleave", "drop"]) chat.addEventListener(name, () => chat.classList.remove("dropping"));
  chat.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length || $("form").hidden) return;
    event.preventDefault();
    addFiles(event.dataTransfer.files);
  });
}
