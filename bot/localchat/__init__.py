"""The built-in chat: a strict Bot API stand-in over HTTP, its page and its movable clock."""
