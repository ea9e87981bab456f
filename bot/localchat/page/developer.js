// For whoever tries out a bot of their own: add a person, and see what the bot called and what it was told.

import { $, attempt, element, get, post } from "./door.js";
import { onState, people } from "./store.js";
import { openChat } from "./thread.js";
import { t, timeOf } from "./words.js";

const MOST = 60; // calls kept in view
const REST = 500; // ms between two looks
let after = 0;
let looking = false;
let again = false;

const nextId = () => Math.max(100, ...people.keys()) + 1;

async function addPerson(event) {
  event.preventDefault();
  const name = $("person-name").value.trim();
  if (!name) return;
  const { id } = await post("users", { id: nextId(), name, language_code: $("person-language").value });
  $("person-name").value = "";
  setTimeout(() => openChat(id), 200); // once the next state has brought the person
}

async function look() {
  if (looking) { again = true; return; }
  looking = true;
  again = false;
  const { calls } = await get(`transcript?after=${after}&limit=${MOST}`).catch(() => ({ calls: [] }));
  for (const call of calls) show(call);
  $("no-calls").hidden = $("calls").childElementCount > 0;
  setTimeout(() => { looking = false; if (again) look(); }, REST);
}

function show(call) {
  after = Math.max(after, call.number);
  const item = element("li", call.ok ? "call" : "call refused");
  const box = element("details");
  const head = element("summary");
  const to = people.get(Number(call.params.chat_id))?.name || call.params.chat_id || "";
  head.append(element("code", "", call.method), element("span", "", to), element("time", "", timeOf(Date.parse(call.at) / 1000)));
  head.append(element("b", "", call.ok ? "✓" : `✗ ${call.result.error_code}`));
  box.append(head, element("pre", "", JSON.stringify({ params: call.params, [call.ok ? "result" : "refusal"]: call.result }, null, 1)));
  item.append(box);
  if (!call.ok) item.append(element("p", "", call.result.description));
  $("calls").prepend(item);
  while ($("calls").childElementCount > MOST) $("calls").lastElementChild.remove();
}

/** Shown when the product brings no panel of its own. */
export function showDeveloper() {
  $("developer").hidden = false;
  document.documentElement.classList.add("bare");
  $("person-name").placeholder = t("person_name");
  $("add-person").addEventListener("submit", (event) => attempt(addPerson(event)));
  onState(look);
  look();
}
