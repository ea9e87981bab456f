// The bar of pinned messages: shows one, leads to it, and goes on to the one pinned before.

import { $ } from "./door.js";
import { gist } from "./messages.js";
import { jump } from "./thread.js";
import { t } from "./words.js";

let at = 0; // how many pins back from the newest
let chat = 0;
let pins = [];

export function showPinned(person) {
  if (person.id !== chat || person.pins.length !== pins.length) at = 0;
  chat = person.id;
  pins = person.pins;
  draw();
}

function draw() {
  const message = pins[pins.length - 1 - at];
  $("pinned").hidden = !message;
  if (!message) return;
  $("pinned-label").textContent = pins.length > 1 ? t("pinned_of", { n: pins.length - at, of: pins.length }) : t("pinned");
  $("pinned-text").textContent = gist(message);
}

export function wirePinned() {
  $("pinned").addEventListener("click", () => {
    const message = pins[pins.length - 1 - at];
    at = (at + 1) % pins.length;
    draw();
    jump(message.message_id);
  });
}
