"""One module per kind of card: from its view to a Message."""
