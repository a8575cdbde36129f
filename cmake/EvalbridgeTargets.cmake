# How every target of the project is built: one static library a folder, so that an include across a
# layer that the folder doesn't link is a link error, and every header is compiled alone once.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)

add_library(evalbridge_options INTERFACE)
target_compile_features(evalbridge_options INTERFACE cxx_std_20)
target_include_directories(evalbridge_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(evalbridge_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  $<$<BOOL:${EVALBRIDGE_WERROR}>:-Werror>)
target_compile_definitions(evalbridge_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  EVALBRIDGE_VERSION="${PROJECT_VERSION}"
  $<$<BOOL:${EVALBRIDGE_TEST_ROUTES}>:EVALBRIDGE_TEST_ROUTES>)
if(EVALBRIDGE_SANITIZE)
  target_compile_options(evalbridge_options INTERFACE -fsanitize=${EVALBRIDGE_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(evalbridge_options INTERFACE -fsanitize=${EVALBRIDGE_SANITIZE})
endif()
if(EVALBRIDGE_FUZZ)
  target_compile_options(evalbridge_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
find_program(EVALBRIDGE_LLD NAMES ld.lld-19 ld.lld)
if(EVALBRIDGE_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(evalbridge_options INTERFACE --ld-path=${EVALBRIDGE_LLD})
endif()

# The allocator of what ships (docs/adr/0014). Sanitizers bring their own.
add_library(evalbridge_allocator INTERFACE)
if(NOT EVALBRIDGE_SANITIZE)
  find_library(EVALBRIDGE_JEMALLOC jemalloc REQUIRED)
  target_link_libraries(evalbridge_allocator INTERFACE ${EVALBRIDGE_JEMALLOC})
endif()

# evalbridge_library(NAME [DEPENDS target...] [PRIVATE_DEPENDS target...]): the .cpp and .hpp files of this folder
# (not of folders below it) as one library. DEPENDS is what its headers may include.
function(evalbridge_library name)
  cmake_parse_arguments(arg "" "" "DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB headers CONFIGURE_DEPENDS *.hpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX VERIFY_INTERFACE_HEADER_SETS ON)
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers})
  target_link_libraries(${name} PUBLIC evalbridge_options ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
endfunction()

# evalbridge_test(NAME DEPENDS target...): the .cpp files of this folder as one GoogleTest program.
function(evalbridge_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE evalbridge_options ${arg_DEPENDS} test_support GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE EVALBRIDGE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    EVALBRIDGE_BINARY="$<TARGET_FILE:evalbridge>")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${arg_TIMEOUT})
endfunction()
