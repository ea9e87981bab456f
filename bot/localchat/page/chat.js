// The page: who there is, one open chat, the clock. State comes from /control/state and is never guessed.

import { showClock } from "./clock.js";
import { $, attempt, post, toast } from "./door.js";
import { element } from "./richtext.js";
import { dayOf, gist, messageRow, useZone } from "./messages.js";

const people = new Map();
const chats = new Map(); // chat id -> Map(message id -> message)
const rows = new Map(); // message id (or day) -> {revision, node} of the open chat
const read = new Map(Object.entries(JSON.parse(localStorage.getItem("read") || "{}")).map(([id, last]) => [Number(id), last]));
const drafts = new Map();
let revision = 0;
let open = 0;
let context = null; // {kind: "reply" | "edit", message}

/* state */

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/control/state?since=${revision}&wait=${revision ? 25 : 0}`);
      const state = await answer.json();
      if (state.revision < revision) location.reload();
      take(state);
    } catch (error) {
      $("clock-note").textContent = "连不上程序，正在重试…";
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

function take(state) {
  if ($("clock-note").textContent.startsWith("连不上")) $("clock-note").textContent = "";
  revision = state.revision;
  useZone(state.clock.zone);
  $("bot-name").textContent = state.bot.first_name;
  for (const user of state.users) people.set(user.id, user);
  for (const message of state.messages) {
    if (!chats.has(message.chat_id)) chats.set(message.chat_id, new Map());
    const known = chats.get(message.chat_id);
    if (message.deleted) known.delete(message.message_id);
    else known.set(message.message_id, message);
  }
  for (const notice of state.notices) show(notice);
  showClock(state.clock);
  showOpen();
  showPeople();
}

function show(notice) {
  document.querySelectorAll(".buttons .waiting").forEach((node) => node.classList.remove("waiting"));
  if (notice.person !== open && (people.get(open) || {}).kind === "private") return;
  if (notice.alert && notice.text) {
    $("alert-text").textContent = notice.text;
    $("alert").showModal();
  } else if (notice.text) toast(notice.text);
}

const messagesOf = (id) => [...(chats.get(id) || new Map()).values()].sort((a, b) => a.message_id - b.message_id);

function unread(id) {
  const messages = messagesOf(id);
  const last = messages.length ? messages[messages.length - 1].message_id : 0;
  const seen = (read.get(id) || 0) > last ? 0 : read.get(id) || 0;
  return messages.filter((message) => message.from_bot && !message.pinned_message && message.message_id > seen).length;
}

function markRead(id) {
  const messages = messagesOf(id);
  read.set(id, messages.length ? messages[messages.length - 1].message_id : 0);
  localStorage.setItem("read", JSON.stringify(Object.fromEntries(read)));
}

/* people */

function showPeople() {
  const list = $("people-list");
  const focused = document.activeElement?.dataset?.person;
  const nodes = [];
  let group = "";
  for (const person of people.values()) {
    if (person.group && person.group !== group) {
      group = person.group;
      nodes.push(element("li", "group", group));
    }
    const item = element("li");
    item.append(personButton(person));
    nodes.push(item);
  }
  list.replaceChildren(...nodes);
  if (focused) list.querySelector(`[data-person="${focused}"]`)?.focus();
}

function personButton(person) {
  const node = element("button", "person");
  node.type = "button";
  node.dataset.person = person.id;
  node.setAttribute("aria-current", String(person.id === open));
  const top = element("span", "top");
  top.append(element("strong", "", person.name), element("small", "", person.title || ""));
  const lines = element("span", "lines");
  const last = messagesOf(person.id).pop();
  lines.append(top, element("small", "", last ? gist(last) : "还没有开始"));
  node.append(avatar(element("span"), person), lines);
  const count = unread(person.id);
  if (count) node.append(element("span", "badge", String(count)));
  node.addEventListener("click", () => { location.hash = person.id; });
  return node;
}

function avatar(node, person) {
  node.className = "avatar";
  node.textContent = person.kind === "private" ? [...person.name].slice(-1)[0] : "群";
  node.style.setProperty("--hue", String((Math.abs(person.id) * 67) % 360));
  return node;
}

/* the open chat */

function openChat(id) {
  if (open) drafts.set(open, $("text").value);
  open = people.has(id) ? id : 0;
  document.body.classList.toggle("in-chat", Boolean(open));
  rows.clear();
  $("messages").replaceChildren();
  $("commands").hidden = true;
  setContext(null);
  $("text").value = drafts.get(open) || "";
  showOpen(true);
  showPeople();
  if (open && matchMedia("(hover: hover)").matches) $("text").focus();
}

function showOpen(toEnd = false) {
  if (!open && location.hash) {
    const wanted = Number(location.hash.slice(1));
    if (people.has(wanted)) { openChat(wanted); return; }
  }
  const person = people.get(open);
  $("chat").hidden = !person;
  $("nobody").hidden = Boolean(person);
  if (!person) return;
  avatar($("chat-avatar"), person);
  $("chat-name").textContent = person.name;
  $("chat-sub").textContent = person.blocked ? "已屏蔽机器人" : person.action ? "机器人正在准备…" : person.title || "";
  $("block").textContent = person.blocked ? "" : "屏蔽";
  $("block").hidden = !person.started || person.blocked || person.kind !== "private";
  const box = $("messages");
  const atEnd = toEnd || box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  showMessages(person);
  showPinned(person);
  showKeyboard(person);
  showComposer(person);
  if (atEnd) box.scrollTop = box.scrollHeight;
  if (document.visibilityState === "visible") markRead(open);
}

function showMessages(person) {
  const box = $("messages");
  const nodes = [];
  let day = "";
  for (const message of messagesOf(person.id)) {
    const its = dayOf(message.date);
    if (its !== day) nodes.push(dayMark((day = its)));
    nodes.push(rowFor(message, person));
  }
  const same = nodes.length === box.children.length && nodes.every((node, i) => node === box.children[i]);
  if (!same) box.replaceChildren(...nodes);
}

function rowFor(message, person) {
  const known = rows.get(message.message_id);
  if (known && known.revision === message.revision) return known.node;
  const node = messageRow(message, person.kind !== "private", { reply, edit, press, jump, send: (words) => attempt(sendText(words)) });
  node.querySelector("img")?.addEventListener("load", () => {
    const box = $("messages");
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 500) box.scrollTop = box.scrollHeight;
  });
  rows.set(message.message_id, { revision: message.revision, node });
  return node;
}

function dayMark(day) {
  if (!rows.has(day)) rows.set(day, { node: element("div", "day", day) });
  return rows.get(day).node;
}

function jump(id) {
  const node = rows.get(id)?.node;
  if (!node) return;
  node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), 1300);
}

function showPinned(person) {
  const id = person.pinned[person.pinned.length - 1];
  const message = id && chats.get(person.id)?.get(id);
  $("pinned").hidden = !message;
  if (message) $("pinned").textContent = gist(message);
  $("pinned").onclick = () => jump(id);
}

function showKeyboard(person) {
  const lines = (!person.blocked && person.keyboard?.keyboard) || [];
  $("keyboard").hidden = !lines.length;
  $("keyboard").replaceChildren(...lines.map((cells) => {
    const line = element("div", "line");
    line.append(...cells.map((cell) => {
      const node = element("button", "", cell.text);
      node.type = "button";
      node.addEventListener("click", () => attempt(sendText(cell.text)));
      return node;
    }));
    return line;
  }));
  $("text").placeholder = person.keyboard?.input_field_placeholder || "写消息…";
}

function showComposer(person) {
  const canWrite = person.kind !== "private" || (person.started && !person.blocked);
  $("form").hidden = !canWrite;
  $("start").hidden = canWrite;
  $("start").textContent = person.blocked ? "解除屏蔽" : "开始";
  $("menu").hidden = !person.commands.length;
  fitText();
}

/* acting */

const speaker = () => {
  const person = people.get(open);
  return person.kind === "private" ? {} : { by: person.members[0] };
};

async function sendText(text) {
  const words = text.trim();
  if (!words || !open) return;
  const now = context;
  setContext(null);
  if (now?.kind === "edit") {
    await post("edit", { chat: open, message_id: now.message.message_id, text: words });
  } else {
    await post("send", { chat: open, text: words, reply_to: now?.message.message_id ?? null, ...speaker() });
  }
  const box = $("messages");
  box.scrollTop = box.scrollHeight;
}

async function sendFile(file) {
  const form = new FormData();
  form.append("chat", open);
  form.append("kind", /^image\/(png|jpeg|gif)$/.test(file.type) ? "photo" : "document");
  form.append("caption", $("text").value.trim());
  if (context?.kind === "reply") form.append("reply_to", context.message.message_id);
  for (const [key, value] of Object.entries(speaker())) form.append(key, value);
  form.append("file", file, file.name);
  await post("upload", form);
  $("text").value = "";
  setContext(null);
}

function press(message, data, node) {
  node.classList.add("waiting");
  setTimeout(() => node.classList.remove("waiting"), 4000);
  attempt(post("press", { chat: open, message_id: message.message_id, data, ...speaker() }));
}

function reply(message) {
  atEndDuring(() => setContext({ kind: "reply", message }));
  $("text").focus();
}

function edit(message) {
  atEndDuring(() => {
    setContext({ kind: "edit", message });
    $("text").value = message.text || message.caption || "";
    fitText();
  });
  $("text").focus();
}

function setContext(next) {
  if (context?.kind === "edit" && !next) $("text").value = "";
  context = next;
  $("context").hidden = !next;
  if (next) $("context-text").textContent = `${next.kind === "edit" ? "编辑" : "回复"}：${gist(next.message)}`;
}

function fitText() {
  const box = $("text");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 144)}px`;
  $("send").disabled = !box.value.trim();
}

function atEndDuring(change) {
  const box = $("messages");
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  change();
  if (atEnd) box.scrollTop = box.scrollHeight;
}

function submit() {
  const text = $("text").value;
  if (!text.trim()) return;
  attempt(sendText(text).catch((error) => { $("text").value = text; fitText(); throw error; }));
  $("text").value = "";
  fitText();
}

function toggleCommands() {
  const list = $("commands");
  list.hidden = !list.hidden;
  list.replaceChildren(...people.get(open).commands.map((command) => {
    const item = element("li");
    const node = element("button", "", command.description);
    node.type = "button";
    node.append(element("small", "", `/${command.command}`));
    node.addEventListener("click", () => { list.hidden = true; attempt(sendText(`/${command.command}`)); });
    item.append(node);
    return item;
  }));
}

/* wiring */

$("form").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
$("text").addEventListener("input", () => atEndDuring(fitText));
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
  if (event.key === "Escape") setContext(null);
});
$("text").addEventListener("paste", (event) => {
  const [file] = event.clipboardData.files;
  if (file) { event.preventDefault(); attempt(sendFile(file)); }
});
$("messages").addEventListener("dragover", (event) => event.preventDefault());
$("messages").addEventListener("drop", (event) => {
  event.preventDefault();
  for (const file of event.dataTransfer.files) attempt(sendFile(file));
});
$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => {
  for (const file of $("file").files) attempt(sendFile(file));
  $("file").value = "";
});
$("menu").addEventListener("click", toggleCommands);
$("context-close").addEventListener("click", () => setContext(null));
$("start").addEventListener("click", () => {
  const person = people.get(open);
  attempt(person.blocked ? post("block", { user: open, blocked: false }) : post("start", { chat: open }));
});
$("block").addEventListener("click", () => attempt(post("block", { user: open, blocked: true })));
$("back").addEventListener("click", () => { location.hash = ""; });
window.addEventListener("hashchange", () => openChat(Number(location.hash.slice(1))));
document.addEventListener("visibilitychange", () => { if (open) showOpen(); });
document.addEventListener("click", (event) => {
  if (!event.target.closest("#menu")) $("commands").hidden = true;
});
follow();
