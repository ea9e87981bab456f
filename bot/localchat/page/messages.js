// One message (or an album) as a row: bubble, quote, pictures and files, time, reactions, buttons below.

import { element, pressable } from "./door.js";
import { inlineKeyboard } from "./keyboards.js";
import { album, largest, media, shownSize } from "./media.js";
import { openMenu } from "./menu.js";
import { richText } from "./richtext.js";
import { t, timeOf } from "./words.js";

const KINDS = ["photo", "voice", "audio", "video", "video_note", "animation", "sticker", "contact", "location", "poll"];
const SERVICES = ["pinned_message", "new_chat_members", "left_chat_member", "new_chat_title", "migrate_to_chat_id",
  "migrate_from_chat_id", "group_chat_created", "supergroup_chat_created"];
const HUES = [212, 152, 28, 330, 268, 190, 50, 8];

export const hueOf = (id) => HUES[Math.abs(Number(id)) % HUES.length];
export const serviceOf = (message) => SERVICES.find((kind) => message[kind] !== undefined);
const GIST = 120; // characters; the list shows fewer

const oneLine = (words) => words.replace(/\s+/g, " ").trim().slice(0, GIST);

/** What is read: text or caption; a deep link's secret after /start stays out of sight, as at Telegram. */
export function wordsOf(message) {
  const words = message.text ?? message.caption ?? "";
  return message.from_bot ? words : words.replace(/^(\/start) \S+$/, "$1");
}

/** What a message is about in one line. */
export function gist(message) {
  if (!message) return "";
  if (serviceOf(message)) return serviceWords(message);
  const words = oneLine(wordsOf(message));
  if (message.document && !message.animation) return `[${t("file")}] ${message.document.file_name} ${words}`.trim();
  const kind = KINDS.find((name) => message[name]);
  return kind ? `[${t(kind)}] ${words}`.trim() : words;
}

function serviceWords(message) {
  const kind = serviceOf(message);
  const names = (message.new_chat_members || [message.left_chat_member]).map((who) => who?.first_name).join("、");
  return t(`service_${kind}`, { who: message.from.first_name, names, title: message.new_chat_title || "",
    what: kind === "pinned_message" ? gist(message.pinned_message).slice(0, 28) : "" });
}

/** The row for `messages` (several: an album). `view`: {group, joined, me (who speaks), acts: {jump, send}}. */
export function messageRow(messages, view) {
  const [first] = messages;
  const ids = messages.map((message) => message.message_id).join(" ");
  if (serviceOf(first)) {
    const note = element("div", "service", serviceWords(first));
    note.dataset.id = ids;
    return note;
  }
  const row = element("div", `row${first.from.id === view.me ? " mine" : ""}${view.joined ? " joined" : ""}`);
  row.dataset.id = ids;
  row.style.setProperty("--size", `${estimate(messages)}px`);
  const stack = element("div", "stack");
  stack.append(bubble(messages, view), ...messages.filter((message) => message.reply_markup?.inline_keyboard).map(inlineKeyboard));
  row.append(stack, moreButton(messages));
  if (first.photo) stack.style.width = `min(100%, ${messages.length > 1 ? 436 : shownSize(largest(first)).width + 12}px)`;
  return row;
}

/** About how high a row will be, in pixels: what the browser reserves for rows not drawn yet. */
function estimate(messages) {
  const words = messages.map(wordsOf).join("\n").trim();
  const lines = words ? words.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 34)), 0) : 0;
  const pictures = messages[0].photo ? (messages.length > 1 ? 300 : shownSize(largest(messages[0])).height + 8) : 0;
  const files = messages.filter((message) => message.document).length * 54;
  const buttons = messages.reduce((sum, message) => sum + (message.reply_markup?.inline_keyboard?.length || 0), 0) * 40;
  return 35 + lines * 23 + pictures + files + buttons + (messages[0].reply_to_message ? 40 : 0);
}

function moreButton(messages) {
  const node = pressable("more", "⋮", () => openMenu(node, messages), t("message_menu"));
  node.setAttribute("aria-haspopup", "menu");
  return node;
}

function bubble(messages, view) {
  const [first] = messages;
  const box = element("div", first.photo ? "bubble pictured" : "bubble");
  if (view.group && !view.joined) box.append(speakerName(first));
  if (first.forward_origin) box.append(element("div", "origin", t("forwarded_from", { who: originOf(first.forward_origin) })));
  if (first.reply_to_message || first.quote) box.append(quoted(first, view.acts));
  const pictures = messages.length > 1 && messages.every((message) => message.photo);
  if (pictures) box.append(album(messages));
  for (const message of messages) {
    const words = body(message, view.acts);
    const shown = pictures ? [] : media(message);
    box.append(...(message.show_caption_above_media ? [...words, ...shown] : [...shown, ...words]));
  }
  if (endsInWords(box.lastElementChild)) box.lastElementChild.classList.add("last"); // the time stands on its last line
  box.append(meta(messages));
  return box;
}

const endsInWords = (node) => node?.className === "body" && !node.lastChild.matches?.("blockquote, .code, .foldable");

function body(message, acts) {
  const words = wordsOf(message);
  if (!words) return [];
  const node = element("div", "body");
  node.append(...richText(words, message.entities || message.caption_entities, acts.send));
  return [node];
}

function speakerName(message) {
  const node = element("div", "speaker", message.from.first_name);
  node.style.setProperty("--hue", String(hueOf(message.from.id)));
  return node;
}

const originOf = (origin) => origin.sender_user?.first_name || origin.sender_user_name || origin.sender_chat?.title || "…";

function quoted(message, acts) {
  const replied = message.reply_to_message;
  const node = pressable("quote", undefined, () => replied && acts.jump(replied.message_id));
  if (replied) node.append(element("strong", "", replied.from?.first_name || ""));
  node.append(element("span", "", message.quote?.text || gist(replied)));
  return node;
}

function meta(messages) {
  const line = element("div", "meta");
  const last = messages.at(-1);
  for (const reaction of messages.flatMap((message) => message.reaction)) line.append(element("span", "reaction", reaction));
  if (messages.some((message) => message.edit_date)) line.append(element("span", "", t("edited")));
  const time = element("time", "", timeOf(last.date));
  time.dateTime = new Date(last.date * 1000).toISOString();
  line.append(time);
  return line;
}
