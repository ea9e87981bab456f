"""Files on their way in: sizes, file ids, and whether bytes are a picture Telegram would take."""

from __future__ import annotations

import mimetypes
import struct
from collections.abc import Iterator

from bot.localchat.errors import ApiError, bad_request
from bot.localchat.params import Params, UploadedFile
from bot.localchat.world import StoredFile, World

MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024


def incoming_file(world: World, params: Params, kind: str) -> StoredFile:
    """The file of a sendPhoto or sendDocument: uploaded now, or known by its file_id."""
    uploaded = params.file(kind)
    if uploaded is not None:
        return store(world, kind, uploaded)
    reference = params.text(kind)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    return _known(world, kind, reference)


def referenced_file(world: World, params: Params, kind: str, reference: object) -> StoredFile:
    """The file an InputMedia's `media` names: attach://… or a file_id."""
    if not isinstance(reference, str) or not reference:
        raise bad_request("media not found")
    uploaded = params.attached(reference) if reference.startswith("attach://") else None
    return store(world, kind, uploaded) if uploaded is not None else _known(world, kind, reference)


def store(world: World, kind: str, uploaded: UploadedFile) -> StoredFile:
    """Check the limits and keep the file."""
    if len(uploaded.content) > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    if not uploaded.content:
        raise bad_request("file must be non-empty")
    if kind != "photo":
        mime_type = mimetypes.guess_type(uploaded.name)[0] or uploaded.mime_type
        return world.keep_file(kind, uploaded.name or "file", mime_type, uploaded.content)
    if len(uploaded.content) > MAX_PHOTO:
        raise bad_request(f"too big file of type Photo. Max size is {MAX_PHOTO}")
    width, height = _photo_size(uploaded.content)
    return world.keep_file(kind, "photo.jpg", "image/jpeg", uploaded.content, width=width, height=height)


def _known(world: World, kind: str, reference: str) -> StoredFile:
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = world.files.get(reference)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
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
