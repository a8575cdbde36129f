#include "cli/export_rows.hpp"

#include <utility>

namespace evalbridge::cli {

std::string_view row_counter::whole(std::string_view bytes) {
    kept_.erase(0, std::exchange(given_, 0));
    kept_ += bytes;
    if (form_ == row_form::document) {
        given_ = kept_.size();
        return kept_;
    }
    std::size_t end = 0;
    for (; scanned_ < kept_.size(); ++scanned_) {
        const char c = kept_[scanned_];
        if (c == '"' && form_ == row_form::csv)
            quoted_ = !quoted_; // two inside quotes leave it as it was
        if (c != '\n' || quoted_)
            continue;
        end = scanned_ + 1;
        begun_ = true;
        if (!std::exchange(header_due_, false))
            ++rows_;
    }
    given_ = end;
    scanned_ -= end;
    return std::string_view(kept_).substr(0, end);
}

} // namespace evalbridge::cli
