#include "store/look.hpp"

#include "store/failure.hpp"

#include <soci/soci.h>

namespace evalbridge {

std::optional<std::string> look(connection& db, const std::function<void()>& work) {
    try {
        if (!db.is_open()) // the look before failed so badly that it couldn't be ended otherwise
            db.open();
        db.begin(false);
        if (db.engine() == store_engine::postgresql)
            db.sql().once << "SET LOCAL statement_timeout = 0";
        work();
        db.commit();
        return {};
    } catch (...) {
        const auto why = judge_current_exception(db.engine());
        db.roll_back();
        if (why.kind == store_failure::gone || why.kind == store_failure::conflict)
            throw;
        return why.text;
    }
}

} // namespace evalbridge
