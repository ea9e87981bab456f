"""A message in words, ready for any messenger: HTML text, buttons, picture or file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Button:
    """A button under a message: `data` comes back when pressed, `url` opens a link; `style` "success" or "danger"."""

    label: str
    data: str = ""
    url: str = ""
    style: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file to send: its name, bytes and whether it is shown as a picture."""

    name: str
    data: bytes
    is_photo: bool


@dataclass(frozen=True)
class Message:
    """What one chat message says. `keyboard` is the fixed reply keyboard (rows of words), None to leave it as it is."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    keyboard: tuple[tuple[str, ...], ...] | None = None
    attachment: Attachment | None = None
    placeholder: str = ""
    pin: bool = False
    silent: bool = False
