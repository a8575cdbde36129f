#pragma once
// What goes over the wire for one request, as a value: bytes, how fast, what is repeated behind them, and what becomes
// of the connection. What is endless or huge is a block and a count, so it takes no memory.

#include "sandbox/sandbox_clock.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace evalbridge::sandbox {

struct answer {
    enum class ending {
        keep,
        close,
        cut, ///< closed without the notice that TLS asks for; the same as `close` without TLS
        reset,
        hold, ///< open, and silent until the client gives up
    };
    static constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

    milliseconds delay{0};
    std::string bytes;
    std::size_t at_once = 0; ///< so many of them go first, in one piece
    std::size_t piece = 0;   ///< of the others; 0: they go at once as well
    milliseconds pause{0};   ///< between pieces
    std::string block;       ///< sent `blocks` times behind `bytes`
    std::uint64_t blocks = 0;
    std::string tail; ///< and behind those
    ending after = ending::keep;
};

} // namespace evalbridge::sandbox
