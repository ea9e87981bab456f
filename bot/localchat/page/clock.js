// The clock: what it shows, and the buttons that move it.

import { $, post } from "./door.js";

export function showClock(clock) {
  const when = new Date(clock.now);
  const format = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: clock.zone, ...options }).format(when);
  $("clock-time").textContent = format({ hour: "2-digit", minute: "2-digit", hour12: false });
  $("clock-date").textContent = format({ year: "numeric", month: "long", day: "numeric", weekday: "short" });
  if (document.activeElement !== $("goto-when")) $("goto-when").value = clock.now.slice(0, 16);
}

async function move(path, body) {
  $("clock").classList.add("busy");
  $("clock-note").textContent = "正在走到那时…";
  try {
    const result = await post(`clock/${path}`, body);
    $("clock-note").textContent = result.moved === false ? "没有排定的消息了。" : result.stops ? `途中停了 ${result.stops} 次。` : "";
  } catch (error) {
    $("clock-note").textContent = "";
  } finally {
    $("clock").classList.remove("busy");
  }
}

document.querySelectorAll("[data-step]").forEach((node) => {
  node.addEventListener("click", () => move("advance", { [node.dataset.step]: 1 }));
});
$("next").addEventListener("click", () => move("next", {}));
$("goto").addEventListener("submit", (event) => { event.preventDefault(); move("set", { to: $("goto-when").value }); });
