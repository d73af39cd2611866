"""The HTTP side: who may ask, and which room answers."""
