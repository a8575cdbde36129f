evalbridge_fuzz(oracle_staso oracle)
if(NOT EVALBRIDGE_FUZZ)
  add_test(NAME fuzz_replay.oracle_staso.answers COMMAND fuzz_oracle_staso ${CMAKE_CURRENT_SOURCE_DIR}/corpus/staso)
endif()
