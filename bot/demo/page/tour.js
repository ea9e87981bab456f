// The guided tour: one card per step, which takes you there, does it for you, and sees when it is done.

import { Hand } from "./hand.js";
import { button, memory, tell } from "./parts.js";
import { stepsOf } from "./steps.js";

const FIRST = { step: 0, running: true, finished: false, seen: [] }; // `seen`: steps known to be done

export class TourSection {
  constructor(desk, body) {
    this.desk = desk;
    this.body = body;
    this.page = desk.page;
    this.store = desk.store;
    this.memo = {};
    this.busy = "";
    this.trouble = "";
    this.waited = ""; // the step last seen undone
    this.hand = new Hand(desk.page, (key, values) => this.say(desk.say(key, values)));
    this.steps = stepsOf(this);
    this.at = { ...FIRST, ...memory.get("tour", {}) };
    this.at.step = Math.min(Math.max(0, this.at.step), this.steps.length - 1);
    desk.tourAnew = () => this.put({ ...FIRST });
  }

  show(name) {
    this.desk.show(name);
  }

  get here() {
    return this.steps[this.at.step];
  }

  put(change) {
    this.at = { ...this.at, ...change };
    memory.set("tour", this.at);
    this.trouble = "";
    this.draw();
    this.update();
  }

  draw() {
    if (this.at.running) this.drawCard();
    else this.drawRest();
  }

  drawRest() {
    const { desk, page } = this;
    this.parts = null;
    const row = page.element("div", "panel-row");
    if (this.at.step && !this.at.finished) {
      row.append(button(desk, "strong", desk.say("tour_resume", { step: this.at.step + 1 }), () => this.put({ running: true })));
    }
    const again = () => this.put({ ...FIRST });
    row.append(button(desk, this.at.step && !this.at.finished ? "" : "strong", desk.say("tour_again"), again));
    this.body.replaceChildren(page.element("p", "soft", desk.say(this.at.finished ? "tour_finished" : "tour_ended")), row);
  }

  drawCard() {
    const { desk, page } = this;
    const { key } = this.here;
    const card = page.element("div", "tour-card");
    const title = page.element("h3", "", desk.say(`${key}_title`));
    title.tabIndex = -1;
    const todo = page.element("p", "todo");
    const note = page.element("p", "note");
    const check = page.element("p", "check");
    const bar = page.element("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", desk.say(`${key}_title`));
    this.parts = { card, title, todo, note, check, bar, go: this.goButton(), act: this.actButton(), ...this.turns() };
    const acts = page.element("div", "panel-row");
    acts.append(this.parts.go, this.parts.act);
    card.append(this.top(), title, page.element("p", "", desk.say(`${key}_text`)), todo, bar, acts, note, check, this.foot());
    this.body.replaceChildren(card);
  }

  /** 3/8, and a dot for every step that leads there. */
  top() {
    const { page, desk } = this;
    const line = page.element("div", "tour-top");
    const dots = page.element("span", "dots");
    dots.setAttribute("aria-hidden", "true");
    dots.append(...this.steps.map((_, place) => page.element("i", place === this.at.step ? "on" : place < this.at.step ? "past" : "")));
    const words = desk.say("tour_progress", { step: this.at.step + 1, steps: this.steps.length });
    line.append(dots, page.element("small", "", words));
    return line;
  }

  goButton() {
    return button(this.desk, "", this.desk.say("tour_go"), () => this.goThere());
  }

  actButton() {
    return button(this.desk, "strong", this.desk.say("tour_do"), () => this.actAll());
  }

  turns() {
    const { desk } = this;
    const last = this.at.step === this.steps.length - 1;
    return {
      back: button(desk, "", `‹ ${desk.say("tour_back")}`, () => this.turn(-1)),
      next: button(desk, "", last ? desk.say("tour_finish") : `${desk.say("tour_next")} ›`, () => this.turn(1)),
      end: button(desk, "quiet-button", desk.say("tour_end"), () => this.end()),
    };
  }

  foot() {
    const row = this.page.element("div", "panel-row tour-foot");
    row.append(this.parts.back, this.parts.next);
    if (this.at.step < this.steps.length - 1) {
      row.append(this.parts.end);
      return row;
    }
    const { desk } = this;
    const last = this.page.element("div", "tour-last");
    const then = this.page.element("div", "panel-row");
    then.append(
      button(desk, "", desk.say("files_own"), () => desk.show("own")),
      button(desk, "", desk.say("files_reset"), () => desk.show("own", ".danger")),
    );
    last.append(this.page.element("p", "soft", desk.say("files_then")), then, row);
    return last;
  }

  turn(by) {
    const step = this.at.step + by;
    if (step >= this.steps.length) {
      this.end(true);
      return;
    }
    this.put({ step: Math.max(0, step) });
    this.parts.title.focus();
  }

  end(finished = false) {
    this.put({ running: false, finished });
    this.body.querySelector("button").focus();
  }

  async goThere() {
    await this.run(() => this.here.step.go());
    if (this.parts && !this.isDone()) this.tellAside(this.trouble || this.parts.todo.textContent);
  }

  /** On a phone the panel may be out of sight: what it would show comes over the chat. */
  tellAside(words) {
    if (words && !this.body.offsetParent) this.page.toast(words);
  }

  /** The chat has taken the keyboard meanwhile; it comes back to where the tour goes on. */
  async actAll() {
    await this.run(() => this.here.step.act());
    this.tellAside(this.trouble);
    if (this.parts) this.parts[this.isDone() ? "next" : "act"].focus({ preventScroll: true });
  }

  /** Do something of the step, one thing at a time; what goes wrong is said in words. */
  async run(action) {
    if (this.busy) return;
    this.trouble = "";
    this.say("…");
    try {
      await action();
    } catch (error) {
      this.trouble = this.inWords(error);
    }
    this.say("");
  }

  inWords(error) {
    if (error.name === "Stuck") return this.desk.say("stuck");
    if (/^need_/.test(error.message)) return this.cannot(error.message);
    return this.desk.say("failed", { why: error.message });
  }

  cannot(key) {
    return this.desk.say("tour_cannot", { why: this.desk.say(key) });
  }

  say(what) {
    this.busy = what;
    this.update();
  }

  /** Done, as the chat shows it or showed it before; a plan that waits for its start begins anew. */
  isDone() {
    const { step, key } = this.here;
    const seen = this.at.seen.includes(key);
    if (seen && this.store.active) return true;
    const done = step.done();
    if (done && !seen) this.noticeDone(key);
    if (!done && this.store.demo) this.waited = key;
    return done;
  }

  noticeDone(key) {
    this.at.seen = [...this.at.seen, key];
    memory.set("tour", this.at);
    if (this.waited === key) this.tellAside(this.doneWords(key));
  }

  doneWords(key) {
    return `✓ ${this.desk.say("tour_done", { what: this.desk.say(`${key}_done`) })}`;
  }

  update() {
    if (!this.parts) return;
    const { step, key } = this.here;
    const done = this.isDone();
    const cannot = done ? "" : step.cannot();
    this.showTodo(step, key, done || Boolean(cannot));
    this.showNote(cannot);
    tell(this.parts.check, done ? this.doneWords(key) : "");
    this.parts.card.classList.toggle("is-done", done);
    this.showButtons(done, cannot);
    this.showProgress(step, done);
  }

  showTodo(step, key, silent) {
    const { desk } = this;
    const who = step.who()?.title || desk.say("someone");
    tell(this.parts.todo, silent ? "" : `${desk.say("tour_todo")}${desk.say(`${key}_todo`, { who, number: step.number() })}`);
  }

  showNote(cannot) {
    const doing = this.busy && (this.busy === "…" ? this.busy : this.desk.say("tour_doing", { what: this.busy }));
    tell(this.parts.note, doing || this.trouble || (cannot ? this.cannot(cannot) : ""));
    this.parts.note.classList.toggle("trouble", !this.busy && Boolean(this.trouble || cannot));
  }

  showButtons(done, cannot) {
    const { go, act, back, next } = this.parts;
    go.disabled = Boolean(this.busy || cannot);
    act.disabled = Boolean(this.busy || cannot || done || this.here.step.underway());
    back.disabled = Boolean(this.busy) || this.at.step === 0;
    next.disabled = Boolean(this.busy);
    next.classList.toggle("strong", done);
    act.classList.toggle("strong", !done);
  }

  showProgress(step, done) {
    const part = step.progress();
    this.parts.bar.hidden = part === null;
    if (part === null) return;
    this.parts.bar.value = part;
    if (this.busy || this.trouble || part === 0 || done || !this.store.now) return;
    const day = this.store.day(this.store.now);
    const playing = this.store.demo?.play.on;
    const [line] = this.store.lines.slice(-1);
    const told = playing && line ? [line.who, line.what].filter(Boolean).join(" ") : "";
    tell(this.parts.note, this.desk.say(playing ? "year_now" : "year_stands", { day }) + told);
  }
}
