evalbridge_fuzz(config eb_config)
