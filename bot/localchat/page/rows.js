// The rows of the open chat, kept in step with its messages: nothing is drawn twice, nothing that stays is moved.

import { $, element } from "./door.js";
import { messageRow, serviceOf } from "./messages.js";
import { dayWords, t } from "./words.js";

const TOGETHER = 300; // s between messages of one sender that are drawn as one group
const CHUNK = 50; // message numbers in one chunk of rows
const OTHER_HEIGHT = 38; // px of a day or of the line above new messages

const rows = new Map(); // key -> {revision, node, size}; size: about how high, in px
const chunks = new Map(); // number -> {number, node, size}

/** Show `messages`; above the one numbered `firstNew` stands the line. `view`: see messageRow. */
export function drawRows(messages, firstNew, view) {
  const wanted = plan(messages, firstNew);
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
    at = placed(item, view, chunk.node, at);
    size += rows.get(item.key).size;
  }
  finish(chunk, size);
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
function placed(item, view, parent, at) {
  const old = rows.get(item.key)?.node;
  const node = nodeFor(item, view);
  if (node === at) return at.nextElementSibling;
  if (old && old === at) { at.replaceWith(node); return node.nextElementSibling; }
  if (old !== node) old?.remove();
  parent.insertBefore(node, at);
  return at;
}

/** What stands in the chat, top to bottom: days, the line above new messages, messages and albums. */
function plan(messages, firstNew) {
  const items = [];
  let before = null;
  for (const message of messages) {
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

function nodeFor(item, view) {
  const known = rows.get(item.key);
  if (known?.revision === item.revision) return known.node;
  const node = item.messages ? messageRow(item.messages, { ...view, joined: item.joined })
    : item.key === "new" ? newLine() : element("div", "day", dayWords(item.day));
  rows.set(item.key, { revision: item.revision, node, size: parseInt(node.style.getPropertyValue("--size"), 10) || OTHER_HEIGHT });
  return node;
}

function newLine() {
  const line = element("div", "new-line", t("new_below"));
  line.setAttribute("role", "separator");
  return line;
}

export const rowOf = (id) => $("rows").querySelector(`[data-id~="${id}"]`);

/** The first row that reaches below `edge`. */
export function topmost(edge) {
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

export const newLineRow = () => rows.get("new")?.node;

export function forgetRows() {
  rows.clear();
  chunks.clear();
  $("rows").replaceChildren();
}
