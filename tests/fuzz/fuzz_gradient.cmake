evalbridge_fuzz(gradient eb_gradient)
