"""The page: plain HTML from the server, readable without a script, livelier with it."""
