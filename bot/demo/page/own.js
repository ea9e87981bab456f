// One's own plan instead of the sample, and the way back to the first day.

import { button, memory, tell } from "./parts.js";

const LOADED = "loaded"; // what was read, kept over the page's own reload

export class OwnSection {
  constructor(desk, body) {
    this.desk = desk;
    this.body = body;
    this.chosen = {}; // "plan" and "roster": the file
    this.words = {}; // what stands in their fields
    this.result = null; // {key, values, refused}
    this.leaving = false; // read; the old plan is on stage for a moment still
    this.restore();
  }

  restore() {
    const loaded = memory.get(LOADED, null);
    if (!loaded) return;
    this.result = { key: "own_read", values: loaded };
    if (!loaded.fresh) return;
    memory.set(LOADED, { ...loaded, fresh: false });
    this.desk.page.toast(this.desk.say("own_read", loaded)); // the page began anew, and at its top
  }

  draw() {
    const { desk } = this;
    const said = (key, className = "soft") => desk.page.element("p", className, desk.say(key));
    this.told = desk.page.element("p", "result");
    this.told.tabIndex = -1;
    this.load = button(desk, "strong", desk.say("own_load"), () => this.send());
    this.body.replaceChildren(
      said("own_intro"), this.field("plan", "drop"), this.field("roster", "drop small"), this.template(), said("own_loses"), this.load, this.told,
      desk.page.element("hr"), said("reset_intro"), button(desk, "danger", desk.say("reset"), () => this.ask()), this.dialog(),
    );
    this.body.lastChild.addEventListener("close", () => this.closed());
    this.showResult();
  }

  /** A field that takes a file by a press, by the keyboard or dropped on it. */
  field(name, className) {
    const { page } = this.desk;
    const field = page.element("label", className);
    const input = page.element("input", "unseen");
    input.type = "file";
    input.addEventListener("change", () => this.choose(name, input.files[0]));
    this.words[name] = page.element("span", "soft");
    field.append(page.element("strong", "", this.desk.say(`own_${name}`)), this.words[name], input);
    field.addEventListener("dragover", (event) => { event.preventDefault(); field.classList.add("over"); });
    field.addEventListener("dragleave", () => field.classList.remove("over"));
    field.addEventListener("drop", (event) => {
      event.preventDefault();
      field.classList.remove("over");
      this.choose(name, event.dataTransfer.files[0]);
    });
    this.showChosen(name);
    return field;
  }

  choose(name, file) {
    if (!file) return;
    this.chosen[name] = file;
    this.result = null;
    this.showChosen(name);
    this.showResult();
  }

  showChosen(name) {
    const file = this.chosen[name];
    tell(this.words[name], file ? this.desk.say("own_chosen", { name: file.name }) : this.desk.say(`own_${name}_hint`));
  }

  template() {
    const link = this.desk.page.element("a", "", this.desk.say("own_template"));
    link.href = "/demo/roster-template";
    link.download = "";
    return link;
  }

  async send() {
    const { plan, roster } = this.chosen;
    if (!plan) {
      this.finish({ key: "own_need", refused: true });
      return;
    }
    const form = new FormData();
    form.append("plan", plan, plan.name);
    if (roster) form.append("roster", roster, roster.name);
    this.load.disabled = true;
    tell(this.load, this.desk.say("own_loading"));
    try {
      const read = await this.desk.store.post("/demo/load", form);
      this.leaving = true;
      memory.set(LOADED, { ...read, fresh: true });
      this.beginAnew();
      this.finish({ key: "own_read", values: read });
    } catch (error) {
      this.finish({ key: "own_refused", values: { why: error.message }, refused: true });
    }
    this.load.disabled = false;
    tell(this.load, this.desk.say("own_load"));
  }

  /** The tour from its start, and nobody's chat open: the new people have the old ones' numbers. */
  beginAnew() {
    this.desk.tourAnew();
    history.replaceState(null, "", location.pathname);
  }

  finish(result) {
    this.result = result;
    this.showResult();
    this.told.focus();
  }

  showResult() {
    const { result, desk } = this;
    this.told.classList.toggle("refused", Boolean(result?.refused));
    const more = result?.key === "own_refused" ? desk.say("own_unchanged") : "";
    tell(this.told, result ? desk.say(result.key, result.values) + more : "");
  }

  dialog() {
    const { desk } = this;
    const node = desk.page.element("dialog", "demo-dialog");
    const title = desk.page.element("h3", "", desk.say("reset_title"));
    title.id = "reset-title";
    node.setAttribute("aria-labelledby", title.id);
    const form = desk.page.element("form", "panel-row");
    form.method = "dialog";
    const keep = desk.page.element("button", "", desk.say("reset_no"));
    const clear = desk.page.element("button", "danger", desk.say("reset_yes"));
    keep.value = "no";
    clear.value = "yes";
    form.append(keep, clear);
    node.append(title, desk.page.element("p", "", desk.say("reset_loses")), form);
    this.asking = node;
    return node;
  }

  ask() {
    this.asking.returnValue = "no";
    this.asking.showModal();
  }

  closed() {
    if (this.asking.returnValue !== "yes") return;
    memory.set(LOADED, null);
    this.result = null;
    this.showResult();
    this.beginAnew();
    this.desk.page.attempt(this.desk.store.post("/demo/reset", {}));
  }

  /** What was read is said as long as that plan is the one on stage. */
  update() {
    const title = this.desk.store.demo?.plan?.title;
    if (this.result?.key !== "own_read" || this.leaving || this.load.disabled || !title || title === this.result.values.title) return;
    memory.set(LOADED, null);
    this.result = null;
    this.showResult();
  }
}
