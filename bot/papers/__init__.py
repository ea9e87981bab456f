"""Summary values to picture, Excel and invitation sheets."""
