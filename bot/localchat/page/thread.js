// The open chat: rows that stay where they are, older ones on scrolling up, what is new and how far it was read.

import { speaker } from "./composer.js";
import { $, attempt, post } from "./door.js";
import { gist } from "./messages.js";
import { drawRows, forgetRows, newLineRow, rowOf, topmost } from "./rows.js";
import { messagesOf, newest, people, thread } from "./store.js";

const NEAR_END = 40; // px within which the reader counts as being at the end
const NEAR_TOP = 900; // px from the top at which older messages are fetched

const MOST_UNREAD = 2000; // messages fetched at most to find where reading stopped

const listeners = [];
let open = 0;
let firstNew = 0; // message id above which the line about new messages stands
let stuck = true; // the reader is at the end and wants to stay there
let pointer = null; // [x, y] while it is over the messages
let seeking = false; // what is unread is still being fetched
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
  forgetRows();
  seeking = false;
  firstNew = firstUnread(people.get(open));
  stuck = true;
  told = newest(open)?.message_id || 0;
  for (const listener of listeners) listener(people.get(open));
  if (!open) return;
  draw();
  showStart();
  reachUnread();
}

const lacksUnread = (id) => people.get(id).unread && thread(id).more && messagesOf(id)[0]?.message_id > people.get(id).read_to + 1;

/** When more is unread than was here, fetch down to where reading stopped; nothing counts as read meanwhile. */
async function reachUnread() {
  const its = open;
  if (!lacksUnread(its)) return;
  seeking = true;
  while (lacksUnread(its) && messagesOf(its).length < MOST_UNREAD && await thread(its).fetch(its, 200).catch(() => false));
  if (its !== open) return;
  seeking = false;
  firstNew = firstUnread(people.get(its));
  draw();
  showStart();
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
  const line = newLineRow();
  if (line && line.getBoundingClientRect().top < box.getBoundingClientRect().top) line.scrollIntoView({ block: "start" });
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

export function redraw() {
  forgetRows();
  if (open) keepingPlace(draw);
}

/** Do `change` so that what the reader looks at or points to does not move, or the end stays in view. */
function keepingPlace(change) {
  const box = $("messages");
  if (stuck) { change(); box.scrollTop = box.scrollHeight; return; }
  const anchor = lookedAt(box.getBoundingClientRect());
  const before = anchor?.getBoundingClientRect().top;
  const id = anchor?.dataset.id?.split(" ")[0];
  box.classList.add("held"); // the browser's own anchoring rests meanwhile
  change();
  const after = anchor?.isConnected ? anchor : id && rowOf(id);
  if (after) box.scrollTop += after.getBoundingClientRect().top - before;
  box.classList.remove("held");
}

/** The row under the pointer, else in the middle, else the topmost in view. */
function lookedAt(place) {
  const [x, y] = pointer || [place.left + place.width / 2, place.top + place.height / 2];
  return document.elementFromPoint(x, y)?.closest("#rows [data-id]") || topmost(place.top);
}

function draw() {
  const group = people.get(open).kind !== "private";
  drawRows(messagesOf(open), firstNew, { group, acts, me: group ? speaker().by : open });
  $("earlier").hidden = !thread(open).more;
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
  for (let frame = 0; frame < 3; frame++) { // rows on the way get their true heights only once they are drawn
    node.scrollIntoView({ block: "center" });
    await new Promise(requestAnimationFrame);
  }
  stuck = atEnd();
  note();
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
  const seen = person && !seeking && watched() ? lastSeen() : 0;
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
  box.addEventListener("pointermove", (event) => { pointer = [event.clientX, event.clientY]; }, { passive: true });
  box.addEventListener("pointerleave", () => { pointer = null; });
  const sizes = new ResizeObserver(() => { if (stuck && open) box.scrollTop = box.scrollHeight; });
  sizes.observe(box);
  sizes.observe($("rows"));
  $("to-end").addEventListener("click", toEnd);
  document.addEventListener("visibilitychange", note);
}
