-- Hashes of each column are made of its dictionary, not of each row.
cityHash64(cityHash64(tenant_id), cityHash64(connector_id))
