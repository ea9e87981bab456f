// The way to the server, and what it answers said in words.

import { has, t } from "./words.js";

export const $ = (id) => document.getElementById(id);

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** A button that does `act` and never submits a form. */
export function pressable(className, text, act, label) {
  const node = element("button", className, text);
  node.type = "button";
  if (label) { node.setAttribute("aria-label", label); node.title = label; }
  node.addEventListener("click", act);
  return node;
}

const addressOf = (path) => (path.startsWith("/") ? path : `/control/${path}`);

/** What a refusal means to a person; `result` is the server's {error, text}. */
export function reason(result) {
  const key = `error_${result?.error}`;
  return has(key) ? t(key) : result?.text || t("failed");
}

async function taken(answer) {
  const result = await answer.json().catch(() => ({}));
  if (answer.ok) return result;
  throw refused(result);
}

function refused(result) {
  const words = reason(result);
  toast(words);
  return Object.assign(new Error(words), { code: result?.error });
}

function lost() {
  toast(t("no_connection"));
  throw new Error("no connection");
}

/** POST to an absolute address, or one below /control/; JSON or a form. What is refused is said in a toast and thrown. */
export async function post(path, body) {
  const form = body instanceof FormData;
  const answer = await fetch(addressOf(path), {
    method: "POST", body: form ? body : JSON.stringify(body), headers: form ? {} : { "content-type": "application/json" },
  }).catch(lost);
  return taken(answer);
}

export async function get(path) {
  return taken(await fetch(addressOf(path)).catch(lost));
}

/** A form sent with its progress told, 0 to 1. */
export function upload(path, form, onProgress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", addressOf(path));
    request.responseType = "json";
    request.upload.onprogress = (event) => { if (event.lengthComputable) onProgress(event.loaded / event.total); };
    request.onload = () => (request.status === 200 ? done(request.response) : fail(refused(request.response)));
    request.onerror = () => fail(new Error(t("no_connection")));
    request.send(form);
  });
}

/** For acts whose refusal has been said already. */
export const attempt = (promise) => promise.catch((error) => console.warn(error.message));

let toastTimer = 0;

export function toast(text) {
  const node = $("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, Math.max(3500, text.length * 90));
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
  } catch {
    toast(t("not_copied"));
  }
}
