// The bot's commands: all of them at ☰, those that fit while "/…" is typed; arrows choose, Enter sends.

import { $, attempt, element } from "./door.js";
import { sendText, setText } from "./composer.js";
import { people } from "./store.js";
import { openId } from "./thread.js";

let chosen = -1;

const items = () => [...$("commands").children];
const isOpen = () => !$("commands").hidden;

function show(beginning) {
  const commands = (people.get(openId())?.commands || []).filter((command) => command.command.startsWith(beginning));
  $("commands").replaceChildren(...commands.map(option));
  $("commands").hidden = !commands.length;
  $("menu").setAttribute("aria-expanded", String(isOpen()));
  choose(isOpen() ? 0 : -1);
}

function option(command, index) {
  const item = element("li");
  item.id = `command-${index}`;
  item.setAttribute("role", "option");
  item.dataset.command = `/${command.command}`;
  item.append(element("b", "", `/${command.command}`), element("span", "", command.description));
  item.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps the focus
  item.addEventListener("click", () => send(item));
  return item;
}

function choose(index) {
  chosen = index;
  items().forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
  const item = items()[chosen];
  item?.scrollIntoView({ block: "nearest" });
  if (item) $("text").setAttribute("aria-activedescendant", item.id);
  else $("text").removeAttribute("aria-activedescendant");
}

export function closeCommands() {
  $("commands").hidden = true;
  $("menu").setAttribute("aria-expanded", "false");
  choose(-1);
}

function send(item) {
  closeCommands();
  setText("");
  attempt(sendText(item.dataset.command));
}

function keys(event) {
  if (!isOpen() || event.isComposing) return;
  const count = items().length;
  if (event.key === "ArrowDown") choose((chosen + 1) % count);
  else if (event.key === "ArrowUp") choose((chosen + count - 1) % count);
  else if (event.key === "Escape") closeCommands();
  else if (event.key === "Tab") setText(`${items()[chosen].dataset.command} `);
  else if (event.key === "Enter" && !event.shiftKey) send(items()[chosen]);
  else return;
  if (event.key === "Tab") closeCommands();
  event.preventDefault();
  event.stopPropagation();
}

/** Must be wired before the composer, whose keys come after these. */
export function wireCommands() {
  $("text").addEventListener("keydown", keys);
  $("text").addEventListener("input", () => {
    const typed = $("text").value.match(/^\/(\w*)$/);
    if (typed) show(typed[1].toLowerCase()); else closeCommands();
  });
  $("menu").addEventListener("click", () => {
    if (isOpen()) closeCommands(); else show("");
    $("text").focus();
  });
  document.addEventListener("click", (event) => { if (!event.target.closest("#menu, #commands, #text")) closeCommands(); });
}
