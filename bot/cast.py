"""How the cast answers by itself: each member in a manner of its own, through the same doors as real people."""
