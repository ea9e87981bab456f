// What a message carries besides words: pictures that keep their place from the start, files, sound, places, people.

import { element, pressable } from "./door.js";
import { view } from "./viewer.js";
import { t } from "./words.js";

const WIDEST = 420;
const TALLEST = 460;
const NARROWEST = 290; // so that a caption below is not squeezed
export const addressOf = (id) => `/control/file/${encodeURIComponent(id)}`;
export const largest = (message) => message.photo?.at(-1);

/** The size at which a picture of `width` × `height` is shown, in CSS pixels. */
export function shownSize({ width, height }) {
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  const wide = Math.max(Math.min(NARROWEST, Math.max(width, 160)), Math.round(width * scale));
  return { width: wide, height: Math.min(608, Math.round((wide * height) / width)) };
}

const bytes = (count) => (count < 1024 ? t("bytes", { n: count })
  : count < 1048576 ? `${(count / 1024).toFixed(1)} KB` : `${(count / 1048576).toFixed(1)} MB`);

const seconds = (count) => `${Math.floor(count / 60)}:${String(count % 60).padStart(2, "0")}`;

/** The nodes for everything in `message` that is not text. */
export function media(message) {
  const makers = { photo, document: file, animation: film, video: film, video_note: film, voice: sound, audio: sound, sticker,
    contact, location: place, venue: place, poll, dice };
  if (message.animation) return [film(message, "animation")]; // an animation also comes as a document
  if (message.venue) return [place(message)];
  return Object.keys(makers).filter((kind) => message[kind]).map((kind) => makers[kind](message, kind));
}

export function photo(message) {
  const size = largest(message);
  const picture = element("img");
  picture.src = addressOf(size.file_id);
  picture.alt = message.caption || t("photo");
  picture.width = size.width;
  picture.height = size.height;
  picture.loading = "lazy";
  picture.decoding = "async";
  picture.style.aspectRatio = `${size.width} / ${size.height}`;
  const button = pressable(message.has_media_spoiler ? "photo veiled" : "photo", undefined, () => view(message), t("open_photo"));
  button.append(picture);
  return button;
}

export function album(messages) {
  const grid = element("div", `album of-${Math.min(messages.length, 4)}`);
  grid.append(...messages.map(photo));
  return grid;
}

function file(message, kind) {
  const { file_id: id, file_name: name = t("file"), file_size: size = 0 } = message[kind];
  const node = element("a", "document");
  node.href = addressOf(id);
  node.download = name;
  node.setAttribute("aria-label", t("download_named", { name }));
  const words = element("span", "lines");
  words.append(element("strong", "", name), element("small", "", `${bytes(size)} · ${t("download")}`));
  node.append(element("span", "icon", name.includes(".") ? name.split(".").pop().slice(0, 4) : "…"), words);
  return node;
}

function sound(message, kind) {
  const its = message[kind];
  const box = element("div", "sound");
  const player = element("audio");
  player.controls = true;
  player.preload = "none";
  player.src = addressOf(its.file_id);
  const title = [its.performer, its.title || its.file_name].filter(Boolean).join(" – ") || t(kind);
  box.append(element("small", "", `${title} ${seconds(its.duration || 0)}`), player);
  return box;
}

function film(message, kind) {
  const its = message[kind];
  if (!/^video\//.test(its.mime_type || "video/")) return file(message, kind);
  const player = element("video", "film");
  const { width, height } = { width: its.width || its.length || 320, height: its.height || its.length || 240 };
  player.controls = true;
  player.preload = "none";
  player.src = addressOf(its.file_id);
  player.style.aspectRatio = `${width} / ${height}`;
  player.setAttribute("aria-label", `${t(kind)} ${seconds(its.duration || 0)}`);
  return player;
}

function card(icon, title, line) {
  const node = element("div", "document");
  const words = element("span", "lines");
  words.append(element("strong", "", title), element("small", "", line));
  node.append(element("span", "icon", icon), words);
  return node;
}

function sticker(message) {
  return element("div", "big", message.sticker.emoji || t("sticker"));
}

function dice(message) {
  return element("div", "big", `${message.dice.emoji} ${message.dice.value}`);
}

function contact(message) {
  const { first_name: first, last_name: last = "", phone_number: phone } = message.contact;
  return card("☎", `${first} ${last}`.trim(), phone);
}

function place(message) {
  const { latitude, longitude } = message.venue?.location || message.location;
  const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return card("◎", message.venue?.title || t("location"), [message.venue?.address, where].filter(Boolean).join(" · "));
}

function poll(message) {
  const box = element("div", "poll");
  const list = element("ul");
  list.append(...message.poll.options.map((option) => element("li", "", `${option.text} · ${option.voter_count}`)));
  box.append(element("strong", "", message.poll.question), list);
  return box;
}
