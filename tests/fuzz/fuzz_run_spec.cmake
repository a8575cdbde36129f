evalbridge_fuzz(run_spec eb_mapping)
