#include "cli/cli.hpp"

int main(int argc, char** argv) { return evalbridge::cli::run_program(argc, argv); }
