// Letting time run and the cast answer by itself.

import { button, choice, memory, tell } from "./parts.js";

const SPEEDS = [1, 3, 7, 60]; // days a second
const MANNERS = ["mixed", "prompt", "late", "vague", "silent", "difficult"];
const WATCH = 500; // ms between looks at whose chat is open

export class PlaySection {
  constructor(desk, body) {
    this.desk = desk;
    this.body = body;
    this.speed = memory.get("speed", SPEEDS[0]);
    setInterval(() => this.showOne(), WATCH);
  }

  draw() {
    const { desk } = this;
    this.start = button(desk, "strong", "", () => this.toggle());
    this.sign = desk.page.element("span", "sign");
    this.sign.setAttribute("aria-hidden", "true");
    this.startWords = desk.page.element("span");
    this.start.append(this.sign, " ", this.startWords);
    this.note = desk.page.element("p", "soft");
    const row = desk.page.element("div", "play-row");
    row.append(this.start, this.speeds());
    this.body.replaceChildren(row, this.note, ...this.cast());
    this.openId = null;
  }

  speeds() {
    const { desk } = this;
    const set = desk.page.element("fieldset", "segments");
    set.append(desk.page.element("legend", "unseen", desk.say("play_speed")));
    set.append(...SPEEDS.map((days) => this.speedButton(days)));
    return set;
  }

  speedButton(days) {
    const label = this.desk.page.element("label");
    const radio = this.desk.page.element("input", "unseen");
    radio.type = "radio";
    radio.name = "demo-speed";
    radio.value = days;
    radio.checked = days === this.speed;
    radio.addEventListener("change", () => this.setSpeed(days));
    label.append(radio, this.desk.page.element("span", "", this.desk.say(`speed_${days}`)));
    return label;
  }

  /** The speed it plays at, whoever set it. */
  showSpeed(days) {
    const radio = this.body.querySelector(`[name="demo-speed"][value="${Number(days)}"]`);
    if (radio && !radio.checked) radio.checked = true;
  }

  setSpeed(days) {
    this.speed = days;
    memory.set("speed", days);
    if (this.playing()) this.post("/demo/play", { days_per_second: days });
  }

  cast() {
    const { desk } = this;
    const line = desk.page.element("label", "switch");
    this.answering = desk.page.element("input");
    this.answering.type = "checkbox";
    this.answering.setAttribute("role", "switch");
    this.answering.addEventListener("change", () => this.post("/demo/cast", { answering: this.answering.checked }));
    line.append(this.answering, desk.page.element("span", "", desk.say("answering")));
    this.answeringNote = desk.page.element("p", "soft");
    const manners = MANNERS.map((manner) => [manner, desk.say(`manner_${manner}`)]);
    this.all = choice(desk, desk.say("manner_all"), manners, (manner) => this.post("/demo/cast", { manner }));
    this.one = choice(desk, "", manners.slice(1), (manner) => this.post("/demo/cast", { user_id: this.openId, manner }));
    return [line, this.answeringNote, this.all.field, this.one.field];
  }

  playing() {
    return Boolean(this.desk.store.demo?.play.on);
  }

  toggle() {
    if (this.playing()) this.post("/demo/pause", {});
    else this.post("/demo/play", { days_per_second: this.speed });
  }

  post(path, body) {
    this.desk.page.attempt(this.desk.store.post(path, body));
  }

  update() {
    const { demo, active } = this.desk.store;
    const { desk } = this;
    const on = this.playing();
    tell(this.sign, on ? "❚❚" : "▶");
    tell(this.startWords, desk.say(on ? "play_pause" : "play_start"));
    if (on) this.showSpeed(demo.play.days_per_second);
    this.start.disabled = !demo?.plan || (!on && demo.plan.state === "closed");
    tell(this.note, this.noteWords(demo, active));
    this.answering.checked = Boolean(demo?.cast.answering);
    tell(this.answeringNote, desk.say(this.answering.checked ? "answering_on" : "answering_off"));
    this.all.select.value = commonManner(demo?.cast.manners || {});
    this.showOne(true);
  }

  noteWords(demo, active) {
    const { desk } = this;
    if (!demo?.plan) return desk.say(demo ? "need_plan" : "waiting");
    if (demo.play.note) return demo.play.note;
    if (demo.plan.state === "closed" && !demo.play.on) return desk.say("play_over");
    return active ? desk.say("play_will") : desk.say("play_not_yet");
  }

  /** The manner of the person whose chat is open, when it is one of the cast. */
  showOne(again = false) {
    const openId = this.desk.page.openId();
    if (!this.one || (openId === this.openId && !again)) return;
    this.openId = openId;
    const manner = this.desk.store.demo?.cast.manners[String(openId)];
    this.one.field.hidden = !manner;
    if (!manner) return;
    const name = this.desk.page.people().get(openId)?.name || "";
    tell(this.one.words, this.desk.say("manner_one", { name }));
    if (document.activeElement !== this.one.select) this.one.select.value = manner;
  }
}

function commonManner(manners) {
  const all = new Set(Object.values(manners));
  return all.size === 1 ? [...all][0] : "mixed";
}
