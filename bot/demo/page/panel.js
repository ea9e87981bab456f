// The product's own panel beside the chat: guided tour, play, the plan's board, the story, own plan and reset.

import { BoardSection } from "./board.js";
import { OwnSection } from "./own.js";
import { memory } from "./parts.js";
import { PlaySection } from "./play.js";
import { Store } from "./store.js";
import { StorySection } from "./story.js";
import { TourSection } from "./tour.js";
import { say } from "./words.js";

const SECTIONS = { tour: TourSection, play: PlaySection, board: BoardSection, story: StorySection, own: OwnSection };
const OPEN_AT_FIRST = ["tour", "play", "story"];

/** What every section gets: the page, the state, words, and a way to bring a section into view. */
class Desk {
  constructor(page, store) {
    this.page = page;
    this.store = store;
    this.frames = {};
  }

  say(key, values) {
    return say(this.page.language(), key, values);
  }

  /** Open a section and go to what `selector` finds in it. */
  show(name, selector = "button, input, select") {
    const frame = this.frames[name];
    frame.open = true;
    frame.scrollIntoView({ block: "nearest", behavior: "smooth" });
    frame.querySelector(selector)?.focus({ preventScroll: true });
  }
}

/** One collapsible part: a heading that stays, a body its section draws. */
function frame(desk, name) {
  const node = desk.page.element("details", `part ${name}`);
  node.open = memory.get("open", OPEN_AT_FIRST).includes(name);
  const head = desk.page.element("summary");
  const title = desk.page.element("h2");
  const body = desk.page.element("div", "part-body");
  head.append(title);
  node.append(head, body);
  node.addEventListener("toggle", () => remember(desk));
  desk.frames[name] = node;
  return { node, title, body };
}

function remember(desk) {
  memory.set("open", Object.keys(desk.frames).filter((name) => desk.frames[name].open));
}

export default function mount(host, page) {
  page.styles("/demo/panel.css");
  const desk = new Desk(page, new Store(page));
  const parts = Object.entries(SECTIONS).map(([name, Section]) => {
    const { node, title, body } = frame(desk, name);
    return { name, node, title, section: new Section(desk, body) };
  });
  const draw = () => {
    host.setAttribute("aria-label", desk.say("panel"));
    for (const { name, title, section } of parts) {
      title.textContent = desk.say(name);
      section.draw();
      section.update();
    }
  };
  host.classList.add("demo");
  host.setAttribute("role", "region");
  host.replaceChildren(...parts.map(({ node }) => node));
  draw();
  page.onLanguage(draw);
  desk.store.onChange(() => parts.forEach(({ section }) => section.update()));
  desk.store.follow();
}
