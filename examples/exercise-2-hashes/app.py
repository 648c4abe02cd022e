"""A message packed and read again, with the version of what packed it."""

import msgpack
from packaging.version import Version

print(Version("1.10") > Version("1.9"), msgpack.unpackb(msgpack.packb({"answer": 42})))
