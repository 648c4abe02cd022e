"""A mean by group, to see that the packages work together."""

import pandas

measured = pandas.DataFrame({"plot": ["a", "b", "a", "b"], "yield": [2.0, 3.0, 4.0, 7.0]})
print(measured.groupby("plot")["yield"].mean().to_csv(), end="")
