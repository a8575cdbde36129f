evalbridge_fuzz(oracle_gradient oracle)
if(NOT EVALBRIDGE_FUZZ)
  add_test(NAME fuzz_replay.oracle_gradient.answers COMMAND fuzz_oracle_gradient ${CMAKE_CURRENT_SOURCE_DIR}/corpus/gradient)
endif()
