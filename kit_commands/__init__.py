"""What `kit.py` can do: one file per verb, and the rooms that the verbs share.

`entry` decides what runs; `setup` makes `.venv` with the standard library alone; a verb is a
module with `main(arguments, voice) -> int` that reads its arguments and calls the public function
beside it, which takes plain values and returns an exit code: 0 green, 1 red, 2 ours or the usage.
"""
