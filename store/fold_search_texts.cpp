#include "store/run_text.hpp"
#include "store/schema.hpp"

#include <soci/soci.h>

#include <utility>
#include <vector>

namespace evalbridge {
namespace {

constexpr int runs_at_once = 1000;

using run_texts = std::vector<std::pair<std::string, std::string>>; // by run id

/// Those after `number`, which goes on to the last of them.
run_texts next_texts(connection& db, long long& number) {
    run_texts out;
    const long long after = number;
    std::string run_id, text;
    soci::statement st =
        (db.sql().prepare << "SELECT number, run_id, search_text FROM runs WHERE number > :after ORDER BY number LIMIT "
                          << runs_at_once,
         soci::use(after), soci::into(number), soci::into(run_id), soci::into(text));
    st.execute();
    while (st.fetch())
        out.emplace_back(run_id, text);
    return out;
}

} // namespace

void fold_search_texts(connection& db) {
    long long number = 0;
    for (auto texts = next_texts(db, number); !texts.empty(); texts = next_texts(db, number))
        for (const auto& [run_id, text] : texts) {
            const auto small = folded(text);
            if (small != text) // and a gateway that serves meanwhile hasn't written another
                db.sql() << "UPDATE runs SET search_text = :small WHERE run_id = :id AND search_text = :text",
                    soci::use(small), soci::use(run_id), soci::use(text);
        }
}

} // namespace evalbridge
