// What the bot just did and why, newest first; a line opens the message it tells of.

import { until } from "./hand.js";
import { button } from "./parts.js";

const SPOKEN_GAP = 2500; // ms between two lines read out at least

export class StorySection {
  constructor(desk, body) {
    this.desk = desk;
    this.body = body;
    this.nodes = new Map(); // number -> row
    this.spoken = 0;
    this.spokenAt = 0;
  }

  draw() {
    const { desk } = this;
    this.nodes.clear();
    this.hint = desk.page.element("p", "soft");
    this.list = desk.page.element("ol", "story-list");
    this.list.setAttribute("role", "list");
    this.newest = desk.page.element("p", "unseen");
    this.newest.setAttribute("aria-live", "polite");
    this.body.replaceChildren(this.hint, this.list, this.newest);
  }

  update() {
    const lines = [...this.desk.store.lines].reverse();
    const words = this.desk.say(lines.length ? "story_newest" : "story_none");
    if (this.hint.textContent !== words) this.hint.textContent = words;
    const rows = [];
    let moment = "";
    let why = "";
    for (const line of folded(lines)) {
      const at = this.moment(line.at);
      if (at !== moment) rows.push(this.mark((moment = at)));
      else if (line.why === why) line.again = true;
      why = line.why;
      rows.push(this.row(line));
    }
    if (rows.some((row, place) => this.list.children[place] !== row) || rows.length !== this.list.children.length) {
      this.list.replaceChildren(...rows);
    }
    this.forget(new Set(rows));
    if (lines.length) this.readOut(lines[0]);
  }

  /** The hour, then the day: one heading for all that happened then. */
  moment(at) {
    return `${this.desk.store.time(at)} ${this.desk.store.day(at)}`;
  }

  mark(at) {
    if (!this.nodes.has(at)) this.nodes.set(at, this.desk.page.element("li", "story-time", at));
    return this.nodes.get(at);
  }

  forget(shown) {
    for (const [key, node] of this.nodes) if (!shown.has(node)) this.nodes.delete(key);
  }

  row(line) {
    const key = `${line.number} ${line.times} ${Boolean(line.again)}`;
    if (!this.nodes.has(key)) this.nodes.set(key, this.newRow(line));
    return this.nodes.get(key);
  }

  newRow(line) {
    const { page } = this.desk;
    const row = page.element("li");
    const holder = line.chat_id ? button(this.desk, "story-line", "", () => this.open(line)) : page.element("div", "story-line");
    if (line.chat_id) holder.title = this.desk.say("story_open");
    const top = page.element("span", "story-what");
    if (line.who) top.append(page.element("strong", "", line.who), " ");
    top.append(line.what);
    if (line.times > 1) top.append(page.element("span", "story-count", `×${line.times}`));
    holder.append(top);
    if (line.why) holder.append(page.element("span", line.again ? "unseen" : "story-why", line.why));
    row.append(holder);
    return row;
  }

  async open({ chat_id: chat, message_id: message }) {
    const { page } = this.desk;
    if (!page.people().has(chat)) return;
    page.openChat(chat);
    if (!message) return;
    await until(() => page.openId() === chat, 3000).catch(() => null);
    requestAnimationFrame(() => setTimeout(() => page.jump(message), 60));
  }

  readOut(line) {
    if (line.number === this.spoken || Date.now() < this.spokenAt + SPOKEN_GAP) return;
    this.spoken = line.number;
    this.spokenAt = Date.now();
    this.newest.textContent = [line.who, line.what, line.why].filter(Boolean).join(" ");
  }
}

/** The same said to the same person several times running is one line with its count; it opens the newest. */
function folded(lines) {
  const kept = [];
  let before = "";
  for (const line of lines) {
    const same = [line.user_id, line.who, line.what, line.why].join("\n");
    if (same === before) kept.at(-1).times += 1;
    else kept.push({ ...line, times: 1 });
    before = same;
  }
  return kept;
}
