#pragma once
// The whole program, in this process.

#include "cli/cli.hpp"

#include <iostream>
#include <sstream>
#include <streambuf>

namespace evalbridge::testing {

/// The process's streams with others in their place.
struct redirected {
    explicit redirected(std::streambuf* out) : out_(std::cout.rdbuf(out)), err_(std::cerr.rdbuf(said.rdbuf())) {}
    ~redirected() {
        std::cout.rdbuf(out_);
        std::cerr.rdbuf(err_);
        std::cout.clear();
    }
    std::ostringstream said;

  private:
    std::streambuf* out_;
    std::streambuf* err_;
};

inline int run(std::initializer_list<const char*> arguments) {
    return cli::run_program(static_cast<int>(arguments.size()), arguments.begin());
}

} // namespace evalbridge::testing
