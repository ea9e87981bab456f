// What can be done with a message: one small menu, opened at its ⋮ button, left by Escape.

import { $, attempt, copy, post, pressable } from "./door.js";
import { editMessage, replyTo, speaker } from "./composer.js";
import { people } from "./store.js";
import { t } from "./words.js";

let opener = null;

export function openMenu(button, messages) {
  if (opener === button) { closeMenu(); return; }
  closeMenu();
  opener = button;
  button.setAttribute("aria-expanded", "true");
  const menu = $("actions");
  menu.replaceChildren(...actionsFor(messages).map(([label, act, asked]) => item(label, act, asked)));
  menu.hidden = false;
  place(menu, button);
  menu.firstElementChild.focus();
}

export function closeMenu(refocus = false) {
  if ($("actions").hidden) return;
  $("actions").hidden = true;
  opener?.removeAttribute("aria-expanded");
  if (refocus) opener?.focus();
  opener = null;
}

/** `asked`: the words of a second press, for what cannot be taken back. */
function item(label, act, asked) {
  const node = pressable("plain", label, () => {
    if (asked && node.textContent !== asked) { node.textContent = asked; node.classList.add("grave"); return; }
    closeMenu(true);
    act();
  });
  node.setAttribute("role", "menuitem");
  return node;
}

function actionsFor(messages) {
  const [first] = messages;
  const chat = people.get(first.chat_id);
  const words = messages.map((message) => message.text || message.caption).filter(Boolean).join("\n");
  const own = !first.from_bot && (chat.kind === "private" || first.from.id === speaker().by);
  const acts = [[t("reply"), () => replyTo(first)]];
  if (words) acts.push([t("copy_text"), () => copy(words)]);
  if (own && words && messages.length === 1) acts.push([t("edit"), () => editMessage(first)]);
  for (const target of targets(chat)) acts.push([t("forward_to", { chat: target.name }), () => forward(messages, target)]);
  if (own || chat.kind === "private") acts.push([t("delete"), () => remove(messages), t("delete_surely")]);
  return acts;
}

/** Where whoever speaks here may pass something on: the groups they are in, or their own chat with the bot. */
function targets(chat) {
  const person = chat.kind === "private" ? chat.id : speaker().by;
  return [...people.values()].filter((other) => other.id !== chat.id && (other.id === person || other.members.includes(person)));
}

const forward = (messages, target) => attempt(each(messages, (message) => {
  const by = target.kind === "private" ? {} : { by: message.chat.type === "private" ? message.chat_id : speaker().by };
  return post("forward", { chat: target.id, from_chat: message.chat_id, message_id: message.message_id, ...by });
}));

const remove = (messages) => attempt(each(messages, (message) => (
  post("delete", { chat: message.chat_id, message_id: message.message_id, ...speaker() }))));

async function each(messages, act) {
  for (const message of messages) await act(message);
}

function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + 4 + height < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
}

export function wireMenu() {
  $("actions").addEventListener("keydown", (event) => {
    const items = [...$("actions").children];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) { event.preventDefault(); items.at(to % items.length).focus(); }
    if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); event.stopPropagation(); closeMenu(true); }
  });
  document.addEventListener("click", (event) => { if (!event.target.closest("#actions, .more")) closeMenu(); });
  $("messages").addEventListener("scroll", () => closeMenu(), { passive: true });
}
