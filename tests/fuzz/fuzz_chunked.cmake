evalbridge_fuzz(chunked eb_edge)
