"""The HTTP edge: what every request passes before a view sees it, and every error after."""
