"""Host names as they go over the wire: `python -m words bücher.example`."""

import sys

import idna

for name in sys.argv[1:] or ["bücher.example"]:
    print(idna.encode(name).decode())
