"""Inbox, outbox, sender, pacing, the Bot API client: what any messenger would need."""
