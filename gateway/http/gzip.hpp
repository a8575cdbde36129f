#pragma once
// A body packed while it goes out (gzip, RFC 1952).

#include "gateway/http/reply.hpp"

namespace evalbridge {

/// The same body, packed piece by piece: whatever the source has given can be unpacked by who has read this far. One
/// that is broken stays so, without the end of the packed form. Holds 256 KiB besides its source.
std::shared_ptr<body_source> gzipped(std::shared_ptr<body_source> plain);

} // namespace evalbridge
