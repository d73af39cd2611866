"""Reading mail: never raises, loses nothing, and says what was broken."""
