// The list of people and groups: found by name or agency, with what is new, reachable by arrow keys.

import { $, element, pressable } from "./door.js";
import { gist, hueOf } from "./messages.js";
import { newest, people, unreadInAll } from "./store.js";
import { onOpen, openChat, openId } from "./thread.js";
import { t, whenWords } from "./words.js";

const entries = new Map(); // chat id -> {node, parts, drawn}
const heads = new Map(); // group -> heading
let now = Date.now();

export function avatar(node, person) {
  node.className = "avatar";
  node.setAttribute("aria-hidden", "true");
  node.textContent = person.kind === "private" ? initial(person.name) : [...person.name][0];
  node.style.setProperty("--hue", String(hueOf(person.id)));
  return node;
}

const initial = (name) => (/^[\u4e00-\u9fff]+$/.test(name) ? [...name].at(-1) : [...name][0]).toUpperCase();

export const titleOf = (person) => (person.kind === "private" ? person.title : t("members", { n: person.members.length }));

/** Draw what has changed; `clock` is the chat's own now. */
export function refreshList(clock) {
  now = clock;
  const list = $("people-list");
  let group = null;
  for (const person of people.values()) {
    const its = person.kind === "private" ? person.group || "" : t("groups");
    if (its !== group) { group = its; if (group) place(list, heading(group)); }
    place(list, entryOf(person));
  }
  filter();
  const total = unreadInAll();
  $("tab-unread").textContent = total ? String(total) : "";
  document.title = total ? `(${total}) ${$("bot-name").textContent}` : $("bot-name").textContent;
}

const place = (list, node) => { if (!node.isConnected) list.append(node); };

function heading(group) {
  if (!heads.has(group)) heads.set(group, element("li", "group", group));
  return heads.get(group);
}

function entryOf(person) {
  if (!entries.has(person.id)) entries.set(person.id, built(person));
  const entry = entries.get(person.id);
  const last = newest(person.id);
  const drawn = [person.name, person.title, person.unread, last?.revision, person.id === openId(), last && whenWords(last.date, now),
    person.blocked, person.members.length].join("|");
  if (entry.drawn !== drawn) fill(entry, person, last);
  entry.drawn = drawn;
  return entry.item;
}

function built(person) {
  const item = element("li");
  const node = pressable("person", undefined, () => openChat(person.id));
  node.dataset.person = person.id;
  node.tabIndex = -1;
  const parts = { name: element("strong"), title: element("small", "title"), when: element("time"), last: element("small"),
    badge: element("span", "badge") };
  parts.badge.setAttribute("role", "img"); // read by its label
  const lines = element("span", "lines");
  const top = element("span", "top");
  const bottom = element("span", "bottom");
  top.append(parts.name, parts.title, parts.when);
  bottom.append(parts.last, parts.badge);
  lines.append(top, bottom);
  node.append(avatar(element("span"), person), lines);
  item.append(node);
  return { item, node, parts, drawn: "" };
}

function fill({ node, parts }, person, last) {
  parts.name.textContent = person.name;
  parts.title.textContent = titleOf(person) || "";
  parts.when.textContent = last ? whenWords(last.date, now) : "";
  parts.last.textContent = person.blocked ? t("has_blocked") : last ? (last.from_bot ? "" : "› ") + gist(last) : t("not_started");
  parts.badge.textContent = person.unread || "";
  parts.badge.hidden = !person.unread;
  parts.badge.setAttribute("aria-label", t("unread_count", { n: person.unread }));
  node.setAttribute("aria-current", String(person.id === openId()));
  node.classList.toggle("fresh", person.unread > 0);
}

/* finding */

function filter() {
  const wanted = $("search").value.trim().toLowerCase();
  const shown = new Set();
  for (const [id, { item }] of entries) {
    const person = people.get(id);
    const fits = !wanted || [person.name, person.title, person.group, person.username].join(" ").toLowerCase().includes(wanted);
    item.hidden = !fits;
    if (fits) shown.add(person.kind === "private" ? person.group || "" : t("groups"));
  }
  for (const [group, head] of heads) head.hidden = !shown.has(group);
  $("nobody-found").hidden = shown.size > 0 || !entries.size;
  rove();
}

const visible = () => [...$("people-list").querySelectorAll("li:not([hidden]) > .person")];

/** One entry at a time can be reached by Tab; the arrows move among the others. */
function rove(target) {
  const all = visible();
  const focused = target || all.find((node) => node === document.activeElement)
    || all.find((node) => Number(node.dataset.person) === openId()) || all[0];
  for (const { node } of entries.values()) node.tabIndex = node === focused ? 0 : -1;
  if (target) { target.focus(); target.scrollIntoView({ block: "nearest" }); }
}

function keys(event) {
  const all = visible();
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || event.altKey || (event.target === $("search") && event.key !== "ArrowDown")) return;
  event.preventDefault();
  if (to < 0) $("search").focus(); else if (all[to]) rove(all[to]);
}

function searchKeys(event) {
  if (event.key === "Escape" && $("search").value) { $("search").value = ""; filter(); event.stopPropagation(); }
  if (event.key === "Enter" && visible().length) visible()[0].click();
}

export function focusList() {
  const entry = entries.get(openId());
  if (entry && !entry.item.hidden) rove(entry.node); else $("search").focus();
}

/** The next chat with something new, `by` 1 down or -1 up from the open one. */
export function openNextUnread(by) {
  const order = [...people.values()];
  const at = order.findIndex((person) => person.id === openId());
  const from = at < 0 && by < 0 ? 0 : at;
  for (let step = 1; step <= order.length; step++) {
    const person = order[(from + by * step + order.length * 2) % order.length];
    if (person.unread) { openChat(person.id); return; }
  }
}

/** After the language changed: every heading and entry anew. */
export function redrawList() {
  for (const head of heads.values()) head.remove();
  heads.clear();
  for (const entry of entries.values()) { entry.item.remove(); entry.drawn = ""; }
  refreshList(now);
}

export function wireList() {
  $("search").addEventListener("input", filter);
  $("search").addEventListener("keydown", searchKeys);
  $("people").addEventListener("keydown", keys);
  onOpen(() => refreshList(now));
}
