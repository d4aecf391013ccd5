-- Fills token_aliases from logs: each alias is "old new".
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.token_aliases_of_logs TO {database}.token_aliases AS
SELECT
    splitByChar(' ', alias)[1] AS old_token,
    splitByChar(' ', alias)[2] AS new_token,
    max(toDateTime(timestamp, 'UTC')) AS last_seen
FROM
(
    SELECT
        arrayJoin(JSONExtract(attributes_json['lowcode.redaction.aliases'], 'Array(String)')) AS alias,
        timestamp
    FROM {database}.logs
    WHERE mapContains(attributes_json, 'lowcode.redaction.aliases')
)
WHERE position(alias, ' ') > 0
GROUP BY old_token, new_token;
