"""`duban run` without a token: the built-in chat with a plan, its cast, a clock to move and a panel that explains."""
