// The page put together: state comes in, the parts draw what concerns them, keys and screens are wired.

import { closeCommands, wireCommands } from "./commands.js";
import { enterChat, refreshComposer, sendText, wireComposer } from "./composer.js";
import { now, showClock, wireClock } from "./clock.js";
import { showDeveloper } from "./developer.js";
import { $, attempt, post } from "./door.js";
import { showNotice, showReplyKeyboard } from "./keyboards.js";
import { avatar, focusList, openNextUnread, redrawList, refreshList, titleOf, wireList } from "./list.js";
import { wireMenu } from "./menu.js";
import { followPanel } from "./panel.js";
import { showPinned, wirePinned } from "./pinned.js";
import { wireSettings } from "./settings.js";
import { follow, onState, people } from "./store.js";
import { onOpen, openChat, openId, redraw, refresh, wireThread } from "./thread.js";
import { wireUploads } from "./uploads.js";
import { wireViewer } from "./viewer.js";
import { onLanguage, t, translate } from "./words.js";

const TYPING_HEIGHT = 0.75; // of the window: below this a keyboard is on the screen

/* drawing */

function taken(state, changed) {
  $("bot-name").textContent = state.bot.first_name;
  showClock(state.clock);
  if (!openId() && location.hash) openChat(Number(location.hash.slice(1)));
  refresh(changed);
  if (state.users.some((person) => person.id === openId())) showPerson(people.get(openId()));
  for (const notice of state.notices) showNotice(notice, people.get(openId()));
  refreshList(now());
}

function showPerson(person) {
  $("chat").hidden = !person;
  $("nobody").hidden = Boolean(person);
  if (!person) return;
  avatar($("chat-avatar"), person);
  $("chat-name").textContent = person.name;
  $("chat-sub").textContent = standing(person);
  $("block").hidden = !person.started || person.blocked || person.kind !== "private";
  showPinned(person);
  showReplyKeyboard(person, sendText);
  refreshComposer(person);
}

function standing(person) {
  if (person.blocked) return t("has_blocked");
  if (person.moved_to) return t("service_migrate_to_chat_id");
  if (person.bot_status !== "member") return t("bot_outside");
  return person.action ? t("bot_busy") : titleOf(person) || "";
}

function entered(person) {
  closeCommands();
  showPerson(person);
  enterChat(person);
  showScreen(person ? "chat" : "list");
  if (person && matchMedia("(hover: hover)").matches) $("text").focus();
}

/* screens: on a phone one of list, chat and side is seen; in between the side slides in */

function showScreen(name) {
  document.body.dataset.screen = name;
  for (const node of document.querySelectorAll("[data-to]")) node.setAttribute("aria-pressed", String(node.dataset.to === name));
  $("to-side").setAttribute("aria-expanded", String(name === "side"));
}

const here = () => (openId() ? "chat" : "list");

function wireScreens() {
  for (const node of document.querySelectorAll("[data-to]")) node.addEventListener("click", () => showScreen(node.dataset.to));
  $("to-side").addEventListener("click", () => showScreen(document.body.dataset.screen === "side" ? here() : "side"));
  $("side-close").addEventListener("click", () => showScreen(here()));
  $("shade").addEventListener("click", () => showScreen(here()));
  $("back").addEventListener("click", () => { showScreen("list"); focusList(); });
  visualViewport?.addEventListener("resize", () => {
    document.body.classList.toggle("typing", visualViewport.height < TYPING_HEIGHT * screen.height && innerWidth <= 700);
  });
}

/* keys for the whole page */

const writing = (node) => /^(input|textarea|select)$/i.test(node?.tagName || "");

function keys(event) {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "/" && !writing(event.target)) { event.preventDefault(); showScreenFor("list"); $("search").focus(); }
  else if (event.key === "Escape" && document.body.dataset.screen === "side") showScreen(here());
  else if (event.key === "Escape" && $("chat").contains(event.target)) { showScreenFor("list"); focusList(); }
  else if (event.altKey && event.key === "ArrowDown") { event.preventDefault(); openNextUnread(1); }
  else if (event.altKey && event.key === "ArrowUp") { event.preventDefault(); openNextUnread(-1); }
}

const showScreenFor = (name) => { if (matchMedia("(max-width: 700px)").matches) showScreen(name); };

/* wiring */

translate(document);
document.body.classList.add("ready");
wireSettings();
wireThread({ send: (words) => attempt(sendText(words)) });
wireList();
wireCommands();
wireComposer();
wireUploads();
wireMenu();
wirePinned();
wireViewer();
wireClock();
wireScreens();
onOpen(entered);
onState(taken);
followPanel(showDeveloper);
onLanguage(() => {
  translate(document);
  redraw();
  delete $("keyboard").dataset.drawn;
  if (openId()) showPerson(people.get(openId()));
  redrawList();
});
$("block").addEventListener("click", () => attempt(post("block", { user: openId(), blocked: true })));
document.addEventListener("keydown", keys);
addEventListener("hashchange", () => openChat(Number(location.hash.slice(1))));
follow((connected) => { $("offline").hidden = connected; });
