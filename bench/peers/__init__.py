"""The projects we compare ourselves with, one file each, as fast as their settings allow.

Every file is a whole program: `python -m bench.peers.NAME ...` fills a queue or works on it,
with settings of its own, out of the environment that `Peer.environ` describes.
"""
