#pragma once
// Holds the adapters' decoders and writer to the oracle on one body: whenever the oracle's parser can read it, both
// refuse it or both say the same; and texts that borrow say what texts that own do.

#include <string>
#include <string_view>

namespace evalbridge::oracle {

/// Empty where all agree, else what doesn't and where. Bodies that Boost.JSON refuses, or that name a member twice, are
/// for other tests: nothing is said of them.
std::string staso_disagreement(std::string_view body);
std::string gradient_disagreement(std::string_view body);

/// Whether the last body was one that both could read, in some way at least.
struct coverage {
    unsigned compared = 0; ///< answers that both made
    unsigned refused = 0;  ///< that neither did
};
coverage& covered();

} // namespace evalbridge::oracle
