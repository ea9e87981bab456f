// Buttons a bot offers: under a message, and in the place of the keyboard.

import { $, attempt, copy, element, post, pressable, toast } from "./door.js";
import { speaker } from "./composer.js";
import { t } from "./words.js";

const ANSWER_SECONDS = 15;

function lines(rows, cell) {
  return rows.map((cells) => {
    const line = element("div", "line");
    line.append(...cells.map(cell));
    return line;
  });
}

/** The inline keyboard under `message`. */
export function inlineKeyboard(message) {
  const grid = element("div", "buttons");
  grid.append(...lines(message.reply_markup.inline_keyboard, (cell) => inlineButton(message, cell)));
  return grid;
}

function inlineButton(message, cell) {
  const style = cell.style || "";
  if (cell.url) return linkButton(cell, style);
  if (cell.callback_data !== undefined) {
    const node = pressable(style, cell.text, () => press(message, cell.callback_data, node));
    node.title = cell.text;
    return node;
  }
  if (cell.copy_text) return pressable(style, cell.text, () => copy(cell.copy_text.text));
  return disabled(style, cell.text);
}

function linkButton(cell, style) {
  const node = element("a", style, `${cell.text} ↗`);
  const address = /^[a-z]+:/i.test(cell.url) ? cell.url : `https://${cell.url}`;
  if (/^(https?|tg):/i.test(address)) node.href = address;
  node.title = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function disabled(style, text) {
  const node = pressable(style, text, () => {});
  node.disabled = true;
  node.title = t("not_here");
  return node;
}

function press(message, data, node) {
  if (node.classList.contains("waiting")) return;
  node.classList.add("waiting");
  node.setAttribute("aria-busy", "true");
  setTimeout(() => answered(node), ANSWER_SECONDS * 1000);
  post("press", { chat: message.chat_id, message_id: message.message_id, data, ...speaker() })
    .catch(() => answered(node));
}

function answered(node) {
  node.classList.remove("waiting");
  node.removeAttribute("aria-busy");
}

/** The bot has answered a press: the button rests again, its words are shown to whoever pressed. */
export function showNotice(notice, person) {
  document.querySelectorAll(`[data-id~="${notice.message_id}"] .waiting`).forEach(answered);
  if (!person || (person.kind === "private" && notice.person !== person.id) || !notice.text) return;
  if (notice.alert) {
    $("alert-text").textContent = notice.text;
    $("alert").showModal();
  } else toast(notice.text);
}

/** The reply keyboard of `person`; `send(words)` is called for a plain button. */
export function showReplyKeyboard(person, send) {
  const rows = (!person.blocked && person.keyboard?.keyboard) || [];
  const drawn = JSON.stringify([person.id, rows]);
  if ($("keyboard").dataset.drawn === drawn) return;
  $("keyboard").dataset.drawn = drawn;
  $("keyboard").hidden = !rows.length;
  $("keyboard").replaceChildren(...lines(rows, (cell) => replyButton(person, cell, send)));
}

function replyButton(person, cell, send) {
  if (cell.request_contact) {
    return pressable(cell.style, `☎ ${cell.text}`, () => attempt(post("contact", { chat: person.id, ...speaker() })));
  }
  const known = new Set(["text", "style", "icon_custom_emoji_id"]);
  if (Object.keys(cell).some((key) => !known.has(key))) return disabled(cell.style, cell.text);
  return pressable(cell.style, cell.text, () => attempt(send(cell.text)));
}
