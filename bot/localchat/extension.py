"""What the product behind the chat adds to the page: a panel of its own and the addresses it speaks to."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.routing import BaseRoute


@dataclass(frozen=True, slots=True)
class Extension:
    """Routes served beside the chat's own, and the script the page loads as a module once it is up.

    `script` is an address on this server. Its default export is called with the element to draw in and the page's
    own functions (see page/panel.js); it is told of every change of the chat.
    """

    script: str
    routes: tuple[BaseRoute, ...]
