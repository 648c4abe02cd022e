"""Says what it runs on."""

import subprocess
import sys

print("python", sys.version.split()[0])
print(subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout.split(" (")[0])
