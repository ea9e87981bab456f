// The open chat: rows that stay where they are, older ones on scrolling up, what is new and how far it was read.

import { $, attempt, element, post } from "./door.js";
import { gist, messageRow, serviceOf } from "./messages.js";
import { messagesOf, newest, people, thread } from "./store.js";
import { dayWords, t } from "./words.js";

const NEAR_END = 40; // px within which the reader counts as being at the end
const NEAR_TOP = 900; // px from the top at which older messages are fetched
const TOGETHER = 300; // s between messages of one sender that are drawn as one group

const CHUNK = 50; // message numbers in one chunk of rows
const OTHER_HEIGHT = 38; // px of a day or of the line above new messages

const rows = new Map(); // key -> {revision, node, size} of the open chat; size: about how high, in px
const chunks = new Map(); // number -> {number, node, size}
const listeners = [];
let open = 0;
let firstNew = 0; // message id above which the line about new messages stands
let stuck = true; // the reader is at the end and wants to stay there
let told = 0; // newest message id the live region has spoken
let acts = {};

export const openId = () => open;

/** `listener(person | undefined)`: another chat was opened, or none. */
export function onOpen(listener) { listeners.push(listener); }

export function openChat(id) {
  const wanted = people.has(id) ? id : 0;
  if (wanted && location.hash.slice(1) !== String(id)) history.replaceState(null, "", `#${id}`);
  if (wanted === open) { for (const listener of listeners) listener(people.get(open)); return; }
  open = wanted;
  forget();
  firstNew = firstUnread(people.get(open));
  stuck = true;
  told = newest(open)?.message_id || 0;
  for (const listener of listeners) listener(people.get(open));
  if (!open) return;
  draw();
  showStart();
  if (people.get(open).unread > messagesOf(open).filter((message) => message.from_bot).length) fetchOlder(200);
}

function firstUnread(person) {
  if (!person?.unread) return 0;
  return messagesOf(person.id).find((message) => isNew(message, person))?.message_id || 0;
}

const isNew = (message, person) => message.message_id > person.read_to && message.from_bot && !message.pinned_message;

/** Where reading goes on: at the line above what is new, else at the end. */
function showStart() {
  const box = $("messages");
  box.scrollTop = box.scrollHeight;
  const line = rows.get("new")?.node;
  if (line && line.getBoundingClientRect().top < box.getBoundingClientRect().top) {
    line.scrollIntoView({ block: "start" });
    box.scrollTop -= 12;
  }
  stuck = atEnd();
  note();
}

const atEnd = () => {
  const box = $("messages");
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
};

/** Bring the rows in step with what is known; the reader's place stays. `changed`: ids of chats with other messages. */
export function refresh(changed) {
  if (!open) return;
  if (changed.has(open)) {
    const last = newest(open);
    if (!firstNew && last && isNew(last, people.get(open)) && !(stuck && watched())) firstNew = firstUnread(people.get(open));
    keepingPlace(draw);
    announce();
  }
  note();
}

function forget() {
  rows.clear();
  chunks.clear();
  $("rows").replaceChildren();
}

export function redraw() {
  forget();
  if (open) keepingPlace(draw);
}

/** Do `change` so that the topmost visible row does not move, or the end stays in view. */
function keepingPlace(change) {
  const box = $("messages");
  if (stuck) { change(); box.scrollTop = box.scrollHeight; return; }
  const anchor = topmost(box.getBoundingClientRect().top);
  const before = anchor?.getBoundingClientRect().top;
  const id = anchor?.dataset.id?.split(" ")[0];
  box.classList.add("held"); // the browser's own anchoring rests meanwhile
  change();
  const after = anchor?.isConnected ? anchor : id && rowOf(id);
  if (after) box.scrollTop += after.getBoundingClientRect().top - before;
  box.classList.remove("held");
}

const rowOf = (id) => $("rows").querySelector(`[data-id~="${id}"]`);

/** The first row that reaches below `edge`. */
function topmost(edge) {
  const chunk = reaching($("rows").children, edge);
  return chunk && (reaching(chunk.children, edge) || chunk.nextElementSibling?.firstElementChild);
}

/** The first of `nodes`, which stand one below the other, that reaches below `edge`; found by halving. */
function reaching(nodes, edge) {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nodes[middle].getBoundingClientRect().bottom <= edge) low = middle + 1; else high = middle;
  }
  return nodes[low];
}

function draw() {
  const person = people.get(open);
  const wanted = plan(person);
  removeAllBut(wanted);
  let chunk = null;
  let at = null; // where in the chunk the next row belongs
  let size = 0;
  for (const item of wanted) {
    if (chunk?.number !== item.chunk) {
      finish(chunk, size);
      chunk = chunkAfter(chunk, item.chunk);
      [at, size] = [chunk.node.firstElementChild, 0];
    }
    at = placed(item, person, chunk.node, at);
    size += rows.get(item.key).size;
  }
  finish(chunk, size);
  $("earlier").hidden = !thread(open).more;
}

function removeAllBut(wanted) {
  const keys = new Set(wanted.map((item) => item.key));
  const numbers = new Set(wanted.map((item) => item.chunk));
  for (const [key, { node }] of rows) if (!keys.has(key)) { node.remove(); rows.delete(key); }
  for (const [number, { node }] of chunks) if (!numbers.has(number)) { node.remove(); chunks.delete(number); }
}

/** Rows live in chunks, so that a long chat is a hundred boxes to the browser and not thousands. */
function chunkAfter(before, number) {
  const after = before ? before.node.nextElementSibling : $("rows").firstElementChild;
  if (!chunks.has(number)) chunks.set(number, { number, node: element("div", "chunk"), size: 0 });
  const chunk = chunks.get(number);
  if (chunk.node !== after) $("rows").insertBefore(chunk.node, after);
  return chunk;
}

function finish(chunk, size) {
  if (!chunk || chunk.size === size) return;
  chunk.size = size;
  chunk.node.style.setProperty("--size", `${size}px`);
}

/** Put the item's row before `at`, or leave it there; returns what follows it. */
function placed(item, person, parent, at) {
  const old = rows.get(item.key)?.node;
  const node = nodeFor(item, person);
  if (node === at) return at.nextElementSibling;
  if (old && old === at) { at.replaceWith(node); return node.nextElementSibling; }
  if (old !== node) old?.remove();
  parent.insertBefore(node, at);
  return at;
}

/** What stands in the chat, top to bottom: days, the line above new messages, messages and albums. */
function plan(person) {
  const items = [];
  let before = null;
  for (const message of messagesOf(person.id)) {
    const chunk = Math.floor(message.message_id / CHUNK);
    if (message.day !== before?.day) items.push({ key: `day ${message.day}`, chunk, revision: 0, day: message.date });
    if (message.message_id === firstNew) items.push({ key: "new", chunk, revision: 0 });
    const last = items.at(-1);
    if (message.media_group_id && last?.group === message.media_group_id) {
      last.messages.push(message);
      last.revision += `,${message.revision}`;
    } else items.push(single(message, chunk, last?.messages && before));
    before = message;
  }
  return items;
}

function single(message, chunk, before) {
  const joined = Boolean(before) && before.from.id === message.from.id && !serviceOf(before) && message.date - before.date < TOGETHER;
  return { key: message.message_id, chunk, revision: `${joined} ${message.revision}`, messages: [message], joined,
    group: message.media_group_id };
}

function nodeFor(item, person) {
  const known = rows.get(item.key);
  if (known?.revision === item.revision) return known.node;
  const node = item.messages ? messageRow(item.messages, { group: person.kind !== "private", joined: item.joined, acts })
    : item.key === "new" ? newLine() : element("div", "day", dayWords(item.day));
  rows.set(item.key, { revision: item.revision, node, size: parseInt(node.style.getPropertyValue("--size"), 10) || OTHER_HEIGHT });
  return node;
}

function newLine() {
  const line = element("div", "new-line", t("new_below"));
  line.setAttribute("role", "separator");
  return line;
}

async function fetchOlder(limit) {
  const its = open;
  const arrived = await thread(its).fetch(its, limit).catch(() => false);
  if (!arrived || its !== open) return;
  if (firstNew) firstNew = Math.min(firstNew, firstUnread(people.get(its)) || firstNew);
  keepingPlace(draw);
  if ($("messages").scrollTop < NEAR_TOP) fetchOlder();
}

/** Bring a message into view, fetching what lies between when it is older than what is here. */
export async function jump(id) {
  const its = open;
  while (!thread(its).known.has(id) && thread(its).more && await thread(its).fetch(its, 200));
  if (its !== open) return;
  keepingPlace(draw);
  const node = rowOf(id);
  if (!node) return;
  stuck = false;
  node.scrollIntoView({ block: "center" });
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), 1600);
}

/* reading */

const watched = () => document.visibilityState === "visible" && $("messages").offsetParent !== null;
let reading = 0;

/** Show how much is new below, and tell the server how far was read. */
function note() {
  const person = people.get(open);
  if (!person) return;
  $("to-end").hidden = stuck;
  $("to-end-count").textContent = person.unread ? String(person.unread) : "";
  clearTimeout(reading);
  reading = setTimeout(tellRead, 250);
}

function tellRead() {
  const person = people.get(open);
  const seen = person && watched() ? lastSeen() : 0;
  if (!person?.unread || seen <= person.read_to) return;
  attempt(post("read", { chat: open, message_id: seen }));
}

function lastSeen() {
  if (stuck) return newest(open)?.message_id || 0;
  const place = $("messages").getBoundingClientRect();
  for (let up = 6; up < place.height; up += 24) {
    const row = document.elementFromPoint(place.left + place.width / 2, place.bottom - up)?.closest("[data-id]");
    if (row) return Number(row.dataset.id.split(" ").at(-1));
  }
  return 0;
}

function announce() {
  const fresh = messagesOf(open).filter((message) => message.message_id > told && message.from_bot);
  told = Math.max(told, newest(open)?.message_id || 0);
  if (fresh.length) $("announce").textContent = fresh.slice(-3).map((message) => `${message.from.first_name}: ${gist(message)}`).join("\n");
}

export function toEnd() {
  stuck = true;
  $("messages").scrollTop = $("messages").scrollHeight;
  note();
}

/** `given`: {send(words)} for commands inside texts. */
export function wireThread(given) {
  acts = { ...given, jump };
  const box = $("messages");
  let waiting = false;
  box.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      stuck = atEnd();
      if (open && box.scrollTop < NEAR_TOP && thread(open).more) fetchOlder();
      note();
    });
  }, { passive: true });
  const sizes = new ResizeObserver(() => { if (stuck && open) box.scrollTop = box.scrollHeight; });
  sizes.observe(box);
  sizes.observe($("rows"));
  $("to-end").addEventListener("click", toEnd);
  document.addEventListener("visibilitychange", note);
}
