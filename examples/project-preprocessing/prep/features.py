"""From trips to features."""

import pandas as pd


def features(trips: pd.DataFrame) -> pd.DataFrame:
    """One column for each city, the hour and the weekday of the start, the price of a kilometre, scaled prices."""
    start = pd.to_datetime(trips["start"], utc=True)
    table = pd.DataFrame(
        {
            "trip": trips["trip"],
            "hour": start.dt.hour,
            "weekday": start.dt.dayofweek,
            "price_per_km": trips["price"] / trips["km"],
            "price_scaled": (trips["price"] - trips["price"].mean()) / trips["price"].std(ddof=0),
        }
    )
    # get_dummies sorts the cities: the columns stand in the same order whatever the order of the rows.
    cities = pd.get_dummies(trips["city"], prefix="city", dtype=int)
    return pd.concat([table, cities], axis=1).sort_values("trip", kind="stable")
