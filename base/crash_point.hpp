#pragma once
// Places at which a test lets the process die, as a power cut would: nothing is flushed, no destructor runs.

namespace evalbridge {

#ifdef EVALBRIDGE_TEST_ROUTES
/// Kills the process where EVALBRIDGE_CRASH_AT names this point, as `name` or `name:n` for the n-th arrival at it.
void crash_point(const char* name);
#else
inline void crash_point(const char*) {}
#endif

} // namespace evalbridge
