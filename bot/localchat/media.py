"""Files on their way in: sizes, file ids, and whether bytes are a picture Telegram would take."""

from __future__ import annotations

import mimetypes
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.localchat.errors import ApiError, bad_request
from bot.localchat.params import Params, UploadedFile
from bot.localchat.world import Json, StoredFile, World

MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_SECONDS = 86_400
MAX_SIDE = 10_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: Telegram's name for it, its usual type, and the attributes a sender may state."""

    name: str
    mime_type: str
    family: str = ""
    numbers: tuple[tuple[str, int], ...] = ()
    words: tuple[str, ...] = ()


_MOVING = (("width", MAX_SIDE), ("height", MAX_SIDE), ("duration", MAX_SECONDS))
KINDS = {
    "photo": Kind("Photo", "image/jpeg"),
    "document": Kind("Document", "application/octet-stream"),
    "video": Kind("Video", "video/mp4", "video/", _MOVING),
    "animation": Kind("Animation", "video/mp4", "video/", _MOVING),
    "audio": Kind("Audio", "audio/mpeg", "audio/", (("duration", MAX_SECONDS),), ("performer", "title")),
    "voice": Kind("VoiceNote", "audio/ogg", "audio/", (("duration", MAX_SECONDS),)),
}


def require_file(params: Params, kind: str) -> None:
    """Refuse a call without its file, whatever else it says."""
    if params.file(kind) is None and (not params.text(kind) or params.text(kind).startswith("attach://")):
        raise bad_request(f"there is no {kind} in the request")


def incoming_file(world: World, params: Params, kind: str) -> StoredFile:
    """The file of a send… call: uploaded now, or known by its file_id."""
    uploaded = params.file(kind)
    if uploaded is not None:
        return store(world, kind, uploaded, params.fields)
    return _known(world, kind, params.text(kind))


def referenced_file(world: World, params: Params, kind: str, item: Json) -> StoredFile:
    """The file an InputMedia's `media` names: attach://… or a file_id."""
    reference = str(item["media"])
    uploaded = params.attached(reference) if reference.startswith("attach://") else None
    return store(world, kind, uploaded, item) if uploaded is not None else _known(world, kind, reference)


def store(world: World, kind: str, uploaded: UploadedFile, stated: Mapping[str, Any] | None = None) -> StoredFile:
    """Check the limits and keep the file with the attributes its sender stated."""
    size = len(uploaded.content)
    if size > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    if not size:
        raise bad_request("file must be non-empty")
    if kind != "photo":
        name, attributes = uploaded.name or "file", _attributes(KINDS[kind], stated or {})
        return world.keep_file(kind, name, _mime_type(kind, uploaded), uploaded.content, **attributes)
    if size > MAX_PHOTO:
        raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes")
    width, height = _photo_size(uploaded.content)
    return world.keep_file(kind, "photo.jpg", "image/jpeg", uploaded.content, width=width, height=height)


def _attributes(kind: Kind, stated: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: min(limit, max(0, _whole(stated.get(name)))) for name, limit in kind.numbers}
    return {**numbers, **{name: str(stated.get(name) or "").strip() for name in kind.words}}


def _whole(value: Any) -> int:
    return int(value) if str(value or "").isdecimal() else 0


def _mime_type(kind: str, uploaded: UploadedFile) -> str:
    guessed = mimetypes.guess_type(uploaded.name)[0]
    if kind == "document":
        return guessed or uploaded.mime_type
    described = KINDS[kind]
    return guessed if guessed is not None and guessed.startswith(described.family) else described.mime_type


def _known(world: World, kind: str, reference: str) -> StoredFile:
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = world.files.get(reference)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {KINDS[stored.kind].name} as {KINDS[kind].name}")
    return stored


def _photo_size(content: bytes) -> tuple[int, int]:
    width, height = image_size(content)
    if not width or not height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def image_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG, JPEG or GIF; (0, 0) for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    return next(_jpeg_frames(content), (0, 0)) if content.startswith(b"\xff\xd8") else (0, 0)


def _jpeg_frames(content: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            yield int(width), int(height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
