WITH ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] AS days
SELECT
    days[day] AS "Day",
    sumIf(calls, toHour(at) = 0) AS "00",
    sumIf(calls, toHour(at) = 1) AS "01",
    sumIf(calls, toHour(at) = 2) AS "02",
    sumIf(calls, toHour(at) = 3) AS "03",
    sumIf(calls, toHour(at) = 4) AS "04",
    sumIf(calls, toHour(at) = 5) AS "05",
    sumIf(calls, toHour(at) = 6) AS "06",
    sumIf(calls, toHour(at) = 7) AS "07",
    sumIf(calls, toHour(at) = 8) AS "08",
    sumIf(calls, toHour(at) = 9) AS "09",
    sumIf(calls, toHour(at) = 10) AS "10",
    sumIf(calls, toHour(at) = 11) AS "11",
    sumIf(calls, toHour(at) = 12) AS "12",
    sumIf(calls, toHour(at) = 13) AS "13",
    sumIf(calls, toHour(at) = 14) AS "14",
    sumIf(calls, toHour(at) = 15) AS "15",
    sumIf(calls, toHour(at) = 16) AS "16",
    sumIf(calls, toHour(at) = 17) AS "17",
    sumIf(calls, toHour(at) = 18) AS "18",
    sumIf(calls, toHour(at) = 19) AS "19",
    sumIf(calls, toHour(at) = 20) AS "20",
    sumIf(calls, toHour(at) = 21) AS "21",
    sumIf(calls, toHour(at) = 22) AS "22",
    sumIf(calls, toHour(at) = 23) AS "23"
FROM (SELECT at, calls, toDayOfWeek(at) AS day FROM {rollup})
GROUP BY day
ORDER BY day
