"""python -m prep INPUT.csv > FEATURES.csv: one row for each trip, sorted, numbers with a fixed number of digits."""

import argparse
import sys

import pandas as pd

from prep.features import features

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("input", help="a CSV file with the columns trip, city, start, km, price")
given = options.parse_args()
features(pd.read_csv(given.input)).to_csv(sys.stdout, index=False, float_format="%.4f", lineterminator="\n")
