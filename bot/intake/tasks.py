"""Which items of an outline are tasks: those that name who answers for them, outside goals, phases and contacts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.model import DutyRole
from bot.intake.agents import names_agents_first, opening_agent
from bot.intake.outline import ROOT, Item, Outline
from bot.intake.paragraphs import Paragraph, read_paragraph
from bot.intake.passages import Passage
from bot.intake.responsibilities import FIRST_LEADS, Responsibility
from bot.intake.sections import BREAKDOWN, GOALS, NO_TASKS, PHASE, is_safeguard

_TITLE_END = re.compile(r"[。！？!?]")
_COLON_HEAD = re.compile(r"([^，,。；;：:]{3,30})[：:](?=.)")
_BOXED = re.compile(r"【(?P<title>[^【】]{2,20})】(?=.{4})")
_EDGE = "。.；;，,、：: "
TITLE_LIMIT = 200
_LONGEST_TITLE = 80
# What a paper says to all below its last task: 各责任单位要于12月5日前报送.
_CLOSING = re.compile(
    r"(?:以上|上述)(?:各项|所列|重点)*(?:工作|任务|事项|内容|措施)|请?各(?:责任|牵头|有关|相关|级|成员|地)*(?:单位|部门|地|地区|科室)[^，。；]{0,12}(?:要|应|须|需|按|于|请|务必|对照)"
    r"|(?:督导检查|督查考核|监督检查|督查检查|督导考核|考核奖惩|工作要求|有关要求|组织保障|联系人|联系电话|联系方式|备注|说明|注)[:：]"
)
_LOOKS_BACK = re.compile(r"上述|以上")
# Kinds of numbers that count the steps of one task rather than tasks.
# So many other duties may stand in a paper that names the agencies before their work.
_FEW = 2
_STEPS = frozenset({"（1）", "1）", "①", "一是"})


@dataclass(frozen=True)
class RawTask:
    """A task before names are completed. `path` runs from the top item to the task's own; `ordinal` counts the
    tasks that share one item, 0 when it has only one."""

    path: tuple[Item, ...]
    ordinal: int
    title: str
    head: Passage
    paragraphs: tuple[Paragraph, ...]
    inherited: tuple[Responsibility, ...] = ()
    standing: tuple[Responsibility, ...] = ()

    @property
    def said(self) -> tuple[Responsibility, ...]:
        """Every responsibility that holds for the task; the section's only where the task names no lead itself."""
        own = tuple(r for p in self.paragraphs for r in p.said if r)
        above = tuple(r for r in self.inherited if r)
        owing = any(part.role is not DutyRole.PARTICIPANT for r in own for part in r.parts)
        if not owing:
            return (*above, *own)
        if _names_lead(above) and all(r.names_no_lead for r in own):
            return (*above, *(r.as_shared() for r in own))
        if _names_lead(r for r in own if r.rule == "label"):
            return tuple(r.as_shared() if r.rule == "label" and r.names_no_lead else r for r in own)
        return own

    @property
    def leaders(self) -> tuple[str, ...]:
        """Responsible leaders as written, the task's own or else its section's, each once."""
        own = [name for p in self.paragraphs for r in p.said for name in r.leaders]
        return tuple(dict.fromkeys(own or [name for r in self.inherited for name in r.leaders]))


@dataclass(frozen=True)
class _Block:
    """Consecutive paragraphs up to and with the one that says who answers."""

    paragraphs: tuple[Paragraph, ...]

    @property
    def has_duty(self) -> bool:
        return any(p.has_duty for p in self.paragraphs)


class TaskFinder:
    """Walks one outline. Holds what is read of each item, so that an item is read once."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._children = outline.children()
        self._first_leads = _says_first_leads(outline)
        self._idle = {item.index for item in outline.items if self._is_idle(item)}
        self._read = {item.index: self._paragraphs(item) for item in (outline.root, *outline.items)}
        self._headed = frozenset(self._name_agents())
        self._hoist()
        self._duties_below = self._count_duties()
        self._weights: dict[int, Counter[str]] = {}
        self._naming = {p: sum(map(self._names_somebody, items)) for p, items in self._children.items()}
        self._by_heading = frozenset(self._answered_by_heading())

    def tasks(self) -> tuple[RawTask, ...]:
        """Tasks in the order of the text, with the implementers named once for all later ones."""
        found: list[tuple[RawTask, ...]] = []
        standing: list[tuple[int, Item, Responsibility]] = []
        for item in (self._outline.root, *self._outline.items):
            tasks = tuple(self._of_item(item))
            scope = item if self._duties_below[item.index] and not tasks else self._outline.root
            said = [r for q in self._read[item.index] for r in q.said if r.standing]
            standing.extend((0 if _LOOKS_BACK.match(r.text) else len(found), scope, r) for r in said)
            found.append(tasks)
        return tuple(
            replace(task, standing=tuple(r for since, scope, r in standing if place >= since and _within(task, scope)))
            for place, tasks in enumerate(found)
            for task in tasks
        )

    def _is_idle(self, item: Item) -> bool:
        """Whether the item lies in a section that holds no tasks, whoever is named there."""
        path = self._outline.path(item)
        titles = [plain_title(i.heading.text) for i in path]
        if any(NO_TASKS.search(t) or PHASE.search(t) for t in titles) or any(map(is_safeguard, titles[:-1])):
            return True
        if any(GOALS.search(t) for t in titles) and not self._counts_goals(path):
            return True
        return is_safeguard(titles[-1]) and (item.index in self._children or self._heads_a_part(item))

    def _heads_a_part(self, item: Item) -> bool:
        """Whether the item stands beside whole sections."""
        siblings = self._children.get(item.parent, [])
        return item.parent == ROOT and any(s.index in self._children for s in siblings)

    def _counts_goals(self, path: Sequence[Item]) -> bool:
        """Whether goals are among the tasks: the paper breaks a report down, or its numbers run on from them."""
        if len(path) < 2:
            return False
        if any(BREAKDOWN.search(p.text) for p in self._outline.root.paragraphs if len(p.text) <= _LONGEST_TITLE):
            return True
        last = self._children[path[-1].parent][-1]
        following = (i for i in self._outline.items[last.index + 1 :] if i.kind == last.kind)
        after = next(following, None)
        return bool(after and last.label.isdecimal() and after.label == str(int(last.label) + 1))

    def _paragraphs(self, item: Item) -> list[Paragraph]:
        plain = item.index not in self._idle and item.index != ROOT
        return [
            read_paragraph(p, first_leads=self._first_leads, sentences=plain) for p in (item.heading, *item.paragraphs)
        ]

    def _name_agents(self) -> Iterator[int]:
        """Agencies named before their work, in a document that names nobody else for more; gives those that head
        numbered items of their own."""
        told = [i for i in self._outline.items if self._names_somebody(i)]
        busy = [i for i in (self._outline.root, *self._outline.items) if i.index not in self._idle]
        if len(told) > _FEW or not names_agents_first(p for i in busy for p in i.passages):
            return
        for index in (i.index for i in busy):
            head, *rest = self._read[index]
            self._read[index] = [_with_agent(head), *(_with_agent(p, heading=False) for p in rest)]
            if self._read[index][0].is_pure and index in self._children:
                yield index

    def _hoist(self) -> None:
        """1.… 2.… 3.…（X牵头）: where only the last of several siblings names anybody, it names them for all."""
        for parent, children in self._children.items():
            if parent == ROOT or len(children) < 2 or any(c.index in self._children for c in children):
                continue
            last = children[-1]
            if any(p.has_duty for c in children[:-1] for p in self._read[c.index]):
                continue
            if any(p.has_duty for p in self._read[parent]) or not self._last_word_is_duty(last):
                continue
            if last.kind not in _STEPS and not self._others_hoist(parent):
                continue
            moved = [Paragraph(_nothing(p.body), p.said, p.times) for p in self._read[last.index] if p.said]
            self._read[parent].extend(moved)
            self._read[last.index] = [Paragraph(p.body) for p in self._read[last.index]]

    def _last_word_is_duty(self, item: Item) -> bool:
        read = self._read[item.index]
        return sum(p.has_duty for p in read) == 1 and read[-1].has_duty

    def _others_hoist(self, parent: int) -> bool:
        """A section whose other items are silent is not one task; steps （1）（2） below a numbered item are."""
        item = self._outline.at(parent)
        return item.parent != ROOT or len(self._children.get(ROOT, [])) > 3

    def _count_duties(self) -> dict[int, int]:
        """How many items below each name somebody."""
        below: Counter[int] = Counter()
        for item in self._outline.items:
            if any(p.has_duty for p in self._read[item.index]):
                below.update(a.index for a in self._outline.ancestors(item))
        return below

    def _answered_by_heading(self) -> Iterator[int]:
        """Items that name nobody below a heading that does, where their siblings or such items elsewhere are tasks."""
        for parent, children in self._children.items():
            if parent == ROOT or not self._read[parent][0].has_duty:
                continue
            silent = [c for c in children if not self._duties_below[c.index] and not self._names_somebody(c)]
            answered = parent in self._headed or self._duties_below[parent]
            if answered or self._cousins_are_tasks(parent, children[0].kind):
                yield from (c.index for c in silent)

    def _names_somebody(self, item: Item) -> bool:
        return any(p.has_duty for p in self._read[item.index])

    def _cousins_are_tasks(self, parent: int, kind: str) -> bool:
        cousins = [c for c in self._cousins(parent) if c.kind == kind]
        naming = sum(self._names_somebody(c) for c in cousins)
        return naming >= 2 and naming * 2 > len(cousins)

    def _cousins(self, parent: int) -> Iterator[Item]:
        item = self._outline.at(parent)
        for sibling in self._children[item.parent]:
            if sibling.index != parent:
                yield from self._children.get(sibling.index, [])

    def _of_item(self, item: Item) -> Iterator[RawTask]:
        if item.index in self._idle:
            return
        own = self._read[item.index]
        below = self._children.get(item.index, [])
        if item.index in self._by_heading:
            yield self._task(item, 0, [*own, *self._below(item)])
        elif self._duties_below[item.index] or any(c.index in self._by_heading for c in below):
            yield from self._loose_tasks(item, own)
        elif any(p.has_duty for p in own):
            yield from self._own_tasks(item, own)
        elif self._is_silent_task(item):
            yield self._task(item, 0, own)

    def _own_tasks(self, item: Item, own: list[Paragraph]) -> Iterator[RawTask]:
        blocks = [b for b in _blocks(own) if b.has_duty]
        separate = len(blocks) > 1 and not own[0].has_duty and self._is_section(item)
        if not separate and item.index != ROOT:
            yield self._task(item, 0, [*own, *self._below(item)])
            return
        for ordinal, block in enumerate(blocks, start=1):
            yield self._entry(item, ordinal, _without_opening(block, item, ordinal))

    def _is_section(self, item: Item) -> bool:
        """An item under which each paragraph is a task of its own: its siblings are not single tasks."""
        if item.parent not in self._weights:
            self._weights[item.parent] = Counter(map(self._weight, self._children.get(item.parent, [])))
        weights, own = self._weights[item.parent], self._weight(item)
        return weights["one"] - (own == "one") <= weights["many"] - (own == "many")

    def _weight(self, item: Item) -> str:
        """Whether an item holds "one" task, "many" or none ("")."""
        count = sum(block.has_duty for block in _blocks(self._read[item.index]))
        if count > 1 or self._duties_below[item.index]:
            return "many"
        return "one" if count else ""

    def _loose_tasks(self, item: Item, own: list[Paragraph]) -> Iterator[RawTask]:
        """Paragraph tasks that stand before an item's numbered ones; a heading's own duty is for those below."""
        blocks = [b for b in _blocks(own[1:]) if b.has_duty and not all(p.is_pure for p in b.paragraphs)]
        for ordinal, block in enumerate(blocks, start=1):
            yield self._entry(item, ordinal, list(block.paragraphs))

    def _is_silent_task(self, item: Item) -> bool:
        """An item that names nobody among siblings most of which do: a task whose owner was forgotten."""
        siblings = self._children.get(item.parent, [])
        if item.index == ROOT or item.index in self._children or is_safeguard(plain_title(item.heading.text)):
            return False
        naming = self._naming.get(item.parent, 0)
        if item.parent == ROOT and (item.kind == "一、" or naming * 3 <= len(siblings) * 2):
            return False
        return naming * 2 > len(siblings) and naming >= 2

    def _below(self, item: Item) -> list[Paragraph]:
        found: list[Paragraph] = []
        for child in self._children.get(item.index, []):
            found.extend(self._read[child.index])
            found.extend(self._below(child))
        return found

    def _task(self, item: Item, ordinal: int, paragraphs: Sequence[Paragraph]) -> RawTask:
        paragraphs = [p for i, p in enumerate(paragraphs) if i == 0 or p.said or not _CLOSING.match(p.body.text)]
        opening = next((p.body for p in paragraphs if p.body.text), paragraphs[0].body)
        title, rest = split_title(opening, alone=_is_alone(paragraphs))
        return RawTask(self._outline.path(item), ordinal, title, rest, tuple(paragraphs), tuple(self._inherited(item)))

    def _entry(self, item: Item, ordinal: int, paragraphs: Sequence[Paragraph]) -> RawTask:
        title, rest = split_title(paragraphs[0].body, alone=False)
        path = self._outline.path(item) if item.index != ROOT else ()
        return RawTask(path, ordinal, title, rest, tuple(paragraphs), tuple(self._inherited(item)))

    def _inherited(self, item: Item) -> Iterator[Responsibility]:
        if item.index == ROOT:
            return
        for ancestor in self._outline.ancestors(item):
            read = self._read[ancestor.index]
            yield from (r for i, p in enumerate(read) if i == 0 or p.is_pure for r in p.said if r or r.leaders)


def _names_lead(said: Iterable[Responsibility]) -> bool:
    """Whether somebody is said to lead, in so many words."""
    return any(part.role is DutyRole.LEAD and not r.names_no_lead for r in said for part in r.parts)


def _with_agent(paragraph: Paragraph, *, heading: bool = True) -> Paragraph:
    agent = opening_agent(paragraph.body)
    if agent is None or (agent.end == len(paragraph.body.text) and not heading):
        return paragraph
    return replace(paragraph, body=paragraph.body.part(agent.end), said=(agent.said, *paragraph.said))


def _within(task: RawTask, scope: Item) -> bool:
    return scope.index == ROOT or any(item.index == scope.index for item in task.path)


def _says_first_leads(outline: Outline) -> bool:
    return any(FIRST_LEADS.search(p.text[:3000]) for i in (outline.root, *outline.items) for p in i.passages)


def _nothing(passage: Passage) -> Passage:
    return passage.part(0, 0)


def _blocks(paragraphs: Sequence[Paragraph]) -> tuple[_Block, ...]:
    """Paragraphs cut after each that says who answers; lines with nothing else join the block before them."""
    blocks: list[list[Paragraph]] = []
    closed = True
    for paragraph in paragraphs:
        if not paragraph.body.text and not paragraph.said:
            continue
        if closed and not (paragraph.is_pure and blocks):
            blocks.append([])
        blocks[-1].append(paragraph)
        closed = bool(paragraph.said)
    return tuple(_Block(tuple(b)) for b in blocks)


def _without_opening(block: _Block, item: Item, ordinal: int) -> list[Paragraph]:
    """The first block of a section begins with the section's own heading, which is no task's title."""
    paragraphs = list(block.paragraphs)
    is_heading = item.index != ROOT and ordinal == 1 and paragraphs[0].body.line == item.heading.line
    return paragraphs[1:] if is_heading and len(paragraphs) > 1 else paragraphs


def _is_alone(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the heading line is the title by itself, the work being told below it."""
    return any(p.body.text for p in paragraphs[1:])


def split_title(body: Passage, *, alone: bool) -> tuple[str, Passage]:
    """(title, what follows it on the line). A run-in item's title is its first sentence or the words before ：."""
    text = body.text
    boxed = _BOXED.match(text)
    if boxed:
        return boxed["title"], body.part(boxed.end())
    stop = _TITLE_END.search(text)
    end = stop.start() if stop else len(text)
    colon = _COLON_HEAD.match(text)
    if colon and colon.end(1) < end:
        end = colon.end(1)
    title = text[:end].strip(_EDGE)
    return title[:TITLE_LIMIT], body.part(end)


def plain_title(text: str) -> str:
    """A heading's words up to its first stop."""
    return re.split(r"[。：:！；;]", text, maxsplit=1)[0].strip(_EDGE)
