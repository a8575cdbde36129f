#include "cli/cli.hpp"

// How jemalloc, which what ships is linked with (docs/adr/0015), is to work: large buffers come and go with every large
// answer, so they are reused like small ones, and what isn't goes back to the system within two seconds.
extern "C" {
extern const char* const malloc_conf;
const char* const malloc_conf = "oversize_threshold:0,dirty_decay_ms:2000,muzzy_decay_ms:0,narenas:4";
}

int main(int argc, char** argv) { return evalbridge::cli::run_program(argc, argv); }
