#pragma once
// For HTTP conformance suites, which an auth wall and strict routes would hide defects from. Never in a release.

#ifdef EVALBRIDGE_TEST_ROUTES
#include "gateway/http/router.hpp"

namespace evalbridge {

/// Any method on `pattern` answers 200 with the body it got, without a key.
void add_echo_route(router& routes, std::string_view pattern = "/__echo");

} // namespace evalbridge
#endif
