-- No edge and no gateway's log has reported the trace.
(bitAnd(sources, 6) = 0)
