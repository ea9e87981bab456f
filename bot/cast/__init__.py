"""The cast: contacts and a coordinator who answer the bot by themselves, through the same doors as real people."""
