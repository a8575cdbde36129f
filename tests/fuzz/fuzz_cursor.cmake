evalbridge_fuzz(cursor eb_mapping)
