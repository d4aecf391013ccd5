-- A gateway's log of a request that came without a caller's span: its call key
-- is its own.
(source = 'gateway_log' AND traced AND parent_span_id = toFixedString('', 8))
