// Where one writes: text with its draft, reply and edit, who speaks in a group, files waiting to go.

import { $, attempt, element, post } from "./door.js";
import { gist } from "./messages.js";
import { messagesOf, newest, people } from "./store.js";
import { openId, redraw, toEnd } from "./thread.js";
import { sendTray, showTray, trayHolds } from "./uploads.js";
import { t } from "./words.js";

const LINES_HIGH = 160; // px the text field may grow to
let context = null; // {kind: "reply" | "edit", message}
const voices = new Map(); // group id -> the member one speaks as there
let forced = ""; // the forced reply that was offered already

const draftKey = (id) => `draft ${id}`;
const keepDraft = () => { if (openId() && context?.kind !== "edit") sessionStorage.setItem(draftKey(openId()), $("text").value); };

/** Who speaks: nothing to say in a private chat, the chosen member in a group. */
export function speaker() {
  const person = people.get(openId());
  return !person || person.kind === "private" ? {} : { by: voices.get(person.id) || person.members[0] };
}

export function setText(words) {
  $("text").value = words;
  fit();
}

function fit() {
  const box = $("text");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, LINES_HIGH)}px`;
  box.classList.toggle("tall", box.scrollHeight + 2 > LINES_HIGH);
  enable();
}

export function enable() {
  $("send").disabled = !$("text").value.trim() && !trayHolds();
}

function setContext(next) {
  if (context?.kind === "edit" && next?.kind !== "edit") setText(sessionStorage.getItem(draftKey(openId())) || "");
  context = next;
  $("context").hidden = !next;
  if (!next) return;
  $("context-kind").textContent = t(next.kind === "edit" ? "editing" : "replying");
  $("context-text").textContent = gist(next.message);
}

export function replyTo(message) {
  setContext({ kind: "reply", message });
  $("text").focus();
}

export function editMessage(message) {
  keepDraft();
  setContext({ kind: "edit", message });
  setText(message.text || message.caption || "");
  $("text").focus();
}

/** Another chat: its draft, its speakers, nothing begun. */
export function enterChat(person) {
  context = null;
  $("context").hidden = true;
  forced = "";
  if (!person) return;
  setText(sessionStorage.getItem(draftKey(person.id)) || "");
  showTray();
  refreshComposer(person);
}

export function refreshComposer(person) {
  const canWrite = person.kind !== "private" || (person.started && !person.blocked);
  $("form").hidden = !canWrite;
  $("start").hidden = canWrite;
  $("start").textContent = person.blocked ? t("unblock") : t("start");
  $("menu").hidden = !person.commands.length;
  $("text").placeholder = person.keyboard?.input_field_placeholder || t("write");
  showSpeakers(person);
  offerForcedReply(person);
}

function showSpeakers(person) {
  const members = person.kind === "private" ? [] : person.members.filter((id) => people.has(id));
  $("speaker").hidden = !members.length;
  const drawn = `${person.id}: ${members.join()}`;
  if ($("speaker").dataset.drawn === drawn) return;
  $("speaker").dataset.drawn = drawn;
  $("speaker").replaceChildren(...members.map((id) => {
    const choice = element("option", "", people.get(id).name);
    choice.value = id;
    return choice;
  }));
  if (members.length) $("speaker").value = speaker().by;
}

/** A bot that asks with force_reply gets its answer as a reply, as at Telegram. */
function offerForcedReply(person) {
  if (!person.keyboard?.force_reply) return;
  const asked = messagesOf(person.id).findLast((message) => message.from_bot && !message.pinned_message);
  const key = `${person.id} ${asked?.message_id}`;
  if (!asked || forced === key) return;
  forced = key;
  if (!context) setContext({ kind: "reply", message: asked });
}

/** Send words to the open chat. */
export async function sendText(text) {
  const chat = openId();
  const now = context;
  if (now?.kind === "edit") await post("edit", { chat, message_id: now.message.message_id, text, ...speaker() });
  else await post("send", { chat, text, reply_to: now?.message.message_id ?? null, ...speaker() });
  if (context === now) setContext(null);
  toEnd();
}

async function submit() {
  const chat = openId();
  const words = $("text").value.trim();
  if (!chat || (!words && !trayHolds())) return;
  const kept = $("text").value;
  const editing = context?.kind === "edit";
  setText("");
  try {
    if (trayHolds()) await sendTray({ chat, caption: words, reply_to: context?.message.message_id, ...speaker() });
    else await sendText(words);
    if (trayHolds()) return;
    if (!editing) sessionStorage.removeItem(draftKey(chat));
    setContext(null);
    toEnd();
  } catch (error) {
    if (error.said) sessionStorage.removeItem(draftKey(chat));
    else giveBack(chat, kept); // what could not be sent is never lost
  }
  if (openId() === chat && matchMedia("(hover: hover)").matches) $("text").focus();
}

function giveBack(chat, words) {
  if (openId() !== chat) { sessionStorage.setItem(draftKey(chat), words); return; }
  setText($("text").value ? `${words}\n${$("text").value}` : words);
  keepDraft();
}

function keys(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); submit(); }
  if (event.key === "Escape" && context) { event.preventDefault(); event.stopPropagation(); setContext(null); }
  if (event.key === "ArrowUp" && !event.altKey && !$("text").value) editNewest(event);
}

function editNewest(event) {
  const own = messagesOf(openId()).findLast((message) => !message.from_bot && (message.text || message.caption));
  if (!own || own !== newestOwn()) return;
  event.preventDefault();
  editMessage(own);
}

const newestOwn = () => (newest(openId()) && messagesOf(openId()).findLast((message) => !message.from_bot));

function begin() {
  const person = people.get(openId());
  attempt(person.blocked ? post("block", { user: person.id, blocked: false }) : post("start", { chat: person.id }));
}

export function wireComposer() {
  $("form").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  $("text").addEventListener("input", () => { fit(); keepDraft(); });
  $("text").addEventListener("keydown", keys);
  new ResizeObserver(fit).observe($("form"));
  $("context-close").addEventListener("click", () => setContext(null));
  $("start").addEventListener("click", begin);
  $("speaker").addEventListener("change", () => { voices.set(openId(), Number($("speaker").value)); redraw(); });
}
