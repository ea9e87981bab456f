"""Targets of the whole document: the numbers of its goals, apart from those of its tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.reading import TargetReading
from bot.intake.outline import Item, Outline
from bot.intake.passages import Passage
from bot.intake.sections import GOALS, IDEAS
from bot.intake.targets import read_targets
from bot.intake.tasks import RawTask, plain_title

# 2024年全县教育工作的主要目标是：…; what stands before the word names whose goals they are.
_SENTENCE = re.compile(r"^[^，,。；;：:]{0,24}?(?:总体|工作|年度|主要|预期|发展|奋斗|攻坚|具体)目标(?:任务)?[：:是为]")
# 到年底，全县普及率达到92%以上: an aim among the guiding ideas, and before the first heading.
_AIM = re.compile(
    r"(?:^|[。；;！])(?P<aim>(?:力争|确保|争取)?(?:(?:到|至)(?:20\d\d年|[本今]?年)(?:底|末)?|(?:20\d\d年|[本今]?年)(?:底|末|内)|今年)[^。！]*"
    r"|(?:力争|确保|通过[^，。]{2,20}努力)[^。！]*)"
)
_LABEL = re.compile(r"^目标(?:任务)?[：:]")


def document_targets(outline: Outline, found: Sequence[RawTask], longest: int) -> Iterator[TargetReading]:
    """Targets in sections of goals and in sentences that begin 总体目标：; `longest`: characters read of each."""
    own = {paragraph.body.line for raw in found for paragraph in raw.paragraphs}
    for item in (outline.root, *outline.items):
        in_goals = _in_goals(outline, item)
        for passage in item.passages:
            if passage.line in own:
                continue
            if in_goals or _is_goal(passage):
                yield from read_targets(passage.part(0, longest))
            elif _tells_ideas(outline, item):
                yield from _aims(passage.part(0, longest))


def _in_goals(outline: Outline, item: Item) -> bool:
    return item is not outline.root and any(GOALS.search(plain_title(i.heading.text)) for i in outline.path(item))


def _is_goal(passage: Passage) -> bool:
    return bool(_SENTENCE.match(passage.text) or _LABEL.match(passage.text))


def _tells_ideas(outline: Outline, item: Item) -> bool:
    """Whether a paragraph stands among the guiding ideas, or before the first heading."""
    return item is outline.root or any(IDEAS.search(plain_title(i.heading.text)) for i in outline.path(item))


def _aims(passage: Passage) -> Iterator[TargetReading]:
    for aim in _AIM.finditer(passage.text):
        yield from read_targets(passage.part(*aim.span("aim")))
