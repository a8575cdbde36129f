#pragma once
// What of a kept object an answer shows: it was kept with everything that can be asked for.

#include "adapters/provider.hpp"

namespace evalbridge {

void show(run& r, const read_options& asked);
void show(summary& s, const read_options& asked);
/// `spans_read`: the answer is about spans, or shows them; what is noted on them is noted only there.
void show(verdict& v, const read_options& asked, bool spans_read);
/// Its verdicts too. Verdicts on spans stay where `level` asks for them, or the spans are shown.
void show(run_result& r, const read_options& asked, verdict_filter::levels level);

} // namespace evalbridge
