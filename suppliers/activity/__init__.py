"""Activity data of other systems: read row by row, mapped once, summed to a year, taken over into an answer."""
