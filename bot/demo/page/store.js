// What the demo's server says about the plan, the cast, the play, the board and the story: fetched after every change.

const GAP = 400; // ms between two fetches at least
const KEPT = 60; // newest lines of the story

export class Store {
  constructor(page) {
    this.page = page;
    this.demo = null;
    this.now = null; // ISO, in the plan's zone
    this.zone = "Asia/Shanghai";
    this.lines = []; // the story, oldest first
    this.seen = 0;
    this.listeners = [];
    this.fetchedAt = 0;
    this.timer = 0;
    this.fetching = false;
    this.stale = false;
  }

  /** `fn()` is called after everything that may have changed what the panel shows. */
  onChange(fn) {
    this.listeners.push(fn);
  }

  follow() {
    this.page.onState((state) => this.take(state));
    this.page.onLanguage(() => this.anew());
    this.refresh();
  }

  take(state) {
    if (state.clock) {
      this.now = state.clock.now;
      this.zone = state.clock.zone || this.zone;
    }
    this.refresh();
  }

  /** In another language, or after a reset: the story is told again from its last lines. */
  anew() {
    this.lines = [];
    this.seen = 0;
    this.tell();
    this.refresh();
  }

  /** Fetch soon; what changes while a fetch is under way is fetched once more. */
  refresh() {
    this.stale = true;
    if (this.timer || this.fetching) return;
    this.timer = setTimeout(() => this.fetch(), Math.max(0, this.fetchedAt + GAP - Date.now()));
  }

  async fetch() {
    this.timer = 0;
    this.stale = false;
    this.fetching = true;
    const language = this.page.language();
    try {
      const answer = await fetch(`/demo/state?language=${language}&story_after=${this.seen}`);
      if (answer.ok) this.keep(await answer.json(), language);
    } catch (error) {
      console.warn(error);
    }
    this.fetchedAt = Date.now();
    this.fetching = false;
    if (this.stale || (this.demo && this.seen < this.demo.last_story)) this.refresh();
  }

  keep(demo, language) {
    if (language !== this.page.language()) return;
    this.demo = demo;
    if (demo.last_story < this.seen) {
      this.lines = []; // begun anew
      this.seen = 0;
    } else this.add(demo);
    this.tell();
  }

  add({ story, last_story: last }) {
    this.lines = [...this.lines, ...story].slice(-KEPT);
    const told = story.length ? story[story.length - 1].number : last;
    this.seen = Math.max(told, last - KEPT);
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  /** Ask the server for something and take the new state; resolves to what it answered. */
  async post(path, body) {
    const result = await this.page.post(`${path}?language=${this.page.language()}`, body);
    this.refresh();
    return result;
  }

  get year() {
    return this.demo?.plan?.year || (this.now ? Number(this.now.slice(0, 4)) : 0);
  }

  get active() {
    return ["active", "closed"].includes(this.demo?.plan?.state);
  }

  day(moment) {
    return this.format(moment, { month: "long", day: "numeric", ...this.yearIfOther(moment) });
  }

  time(moment) {
    return this.format(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  yearIfOther(moment) {
    return moment.slice(0, 4) === String(this.year) ? {} : { year: "numeric" };
  }

  format(moment, options) {
    const locale = this.page.language() === "en" ? "en-GB" : "zh-CN";
    return new Intl.DateTimeFormat(locale, { timeZone: this.zone, ...options }).format(new Date(moment));
  }
}
