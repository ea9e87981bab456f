// The clock: what it shows, how it is moved, and honest words while that takes time.

import { $, post } from "./door.js";
import { dateWords, minuteOf, onLanguage, stampOf, t, timeOf } from "./words.js";

let shown = { now: "", running: false }; // as the server last said
let heard = 0; // when it said so, by this machine
let journey = null; // {from, to} in ms while the clock is being moved; `to` may be unknown
let edited = false; // the date field holds what a person typed

export const now = () => Date.parse(shown.now) + (shown.running ? Date.now() - heard : 0);

export function showClock(clock) {
  const moved = clock.now !== shown.now;
  shown = clock;
  heard = Date.now();
  $("run").setAttribute("aria-pressed", String(clock.running));
  if (moved && !edited && document.activeElement !== $("goto-when")) $("goto-when").value = minuteOf(now());
  draw();
}

function draw() {
  if (!shown.now) return;
  const seconds = now() / 1000;
  $("clock-time").textContent = timeOf(seconds);
  $("clock-time").dateTime = new Date(now()).toISOString();
  $("clock-date").textContent = dateWords(seconds);
  $("tab-time").textContent = $("head-time").textContent = stampOf(seconds);
  if (journey) showJourney(seconds);
}

function showJourney(seconds) {
  const bar = $("clock-progress");
  bar.hidden = false;
  if (journey.to) bar.value = Math.max(0.02, (now() - journey.from) / (journey.to - journey.from)); else bar.removeAttribute("value");
  $("clock-note").textContent = t("on_the_way", { at: stampOf(seconds) });
}

/**
 * Move the clock: "set" {to}, "advance" {days, hours}, "next" {}. Resolves with the server's answer; while it works,
 * the states that arrive show how far it is.
 */
export async function move(path, body) {
  journey = { from: now(), to: destination(path, body) };
  $("clock").classList.add("busy");
  $("clock").setAttribute("aria-busy", "true");
  edited = false;
  draw();
  try {
    const result = await post(`clock/${path}`, body);
    $("clock-note").textContent = result.moved === false ? t("nothing_planned") : result.stops ? t("stops", { n: result.stops }) : "";
    return result;
  } catch (error) {
    $("clock-note").textContent = error.message;
    throw error;
  } finally {
    journey = null;
    $("clock-progress").hidden = true;
    $("clock").classList.remove("busy");
    $("clock").removeAttribute("aria-busy");
  }
}

function destination(path, body) {
  if (path === "advance") return now() + ((body.days || 0) * 24 + (body.hours || 0)) * 3600_000;
  return path === "set" ? Date.parse(body.to) || 0 : 0;
}

const quietly = (path, body) => { if (!journey) move(path, body).catch(() => {}); };

export function wireClock() {
  document.querySelectorAll("[data-step]").forEach((node) => {
    node.addEventListener("click", () => quietly("advance", { [node.dataset.step]: 1 }));
  });
  $("next").addEventListener("click", () => quietly("next", {}));
  $("goto-when").addEventListener("input", () => { edited = true; });
  $("goto").addEventListener("submit", (event) => { event.preventDefault(); quietly("set", { to: $("goto-when").value }); });
  $("run").addEventListener("click", () => post("clock/run", { running: !shown.running }).then(showRunning).catch(() => {}));
  setInterval(() => { if (shown.running) draw(); }, 1000);
  onLanguage(draw);
}

const showRunning = (clock) => showClock({ ...shown, ...clock });
