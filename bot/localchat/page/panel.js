// The product's own panel: its script is loaded once it is known, and given what of this page it may use.

import { $, attempt, element, post, toast } from "./door.js";
import { move } from "./clock.js";
import { messagesOf, onState, people } from "./store.js";
import { jump, openChat, openId } from "./thread.js";
import { language, onLanguage } from "./words.js";

const listeners = [];
let asked = "";
let last = null;

function styles(href) {
  const link = element("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
}

/**
 * What a panel gets beside its element:
 * language() "zh" | "en"; onLanguage(fn); onState(fn): fn(state) after every state taken, and once after mounting;
 * people(): Map of id -> person; messages(id): those loaded, oldest first; openChat(id), openId(), jump(messageId);
 * post(path, body): absolute, or below /control/; attempt(promise): swallow what was already said; toast(text);
 * move(path, body): the clock, "set" {to}, "advance" {days, hours}, "next" {}; element(tag, class, text); styles(href).
 */
const page = Object.freeze({
  language, onLanguage,
  onState: (fn) => { listeners.push(fn); },
  people: () => people,
  messages: messagesOf,
  openChat, openId, jump, post, attempt, toast, move, element, styles,
});

async function mount(script) {
  const { default: start } = await import(script);
  await start($("panel"), page);
  for (const fn of listeners) fn(last);
}

/** Load the panel that the state names; `onNone` is called once when there is none. */
export function followPanel(onNone) {
  onState((state) => {
    last = state;
    const wanted = state.panel || "none";
    if (asked) { for (const fn of listeners) fn(state); return; }
    asked = wanted;
    if (state.panel) mount(state.panel).catch((error) => console.error(error)); else onNone();
  });
}
