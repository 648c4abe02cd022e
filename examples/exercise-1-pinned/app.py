"""The zone and the encoding that the image sets."""

import sys
import time

print(time.tzname[0], sys.getfilesystemencoding())
