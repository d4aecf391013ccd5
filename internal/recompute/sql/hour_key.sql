bitXor(cityHash64(toStartOfHour(bucket), {actor}), {place})
