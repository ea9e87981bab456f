"""Duban (督办): chases a public work plan through its year, in chat."""
