evalbridge_fuzz(staso eb_staso)
