#pragma once
// An export's bytes taken apart into rows, so that what breaks off is cut behind the last whole one and gone on with by
// their number.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace evalbridge::cli {

enum class row_form {
    lines,    ///< NDJSON: a row a line
    csv,      ///< a row may have line breaks inside quotes; the first is the header
    document, ///< one whole, of which no part is any use
};

class row_counter {
  public:
    /// `header`: whether a header row comes first, which isn't counted.
    row_counter(row_form form, bool header) : form_(form), header_due_(header && form == row_form::csv) {}

    /// How many of the bytes, and of those kept before, end the last whole row: what may be written. The rest comes
    /// again with the next bytes.
    std::string_view whole(std::string_view bytes);
    /// Rows that have been whole so far.
    std::uint64_t rows() const { return rows_; }
    /// Whether something whole has been given out, a header or a row.
    bool begun() const { return begun_; }
    /// Forgets what isn't whole.
    void cut() {
        kept_.clear();
        given_ = 0;
        scanned_ = 0;
        quoted_ = false;
    }

  private:
    row_form form_;
    bool header_due_;
    bool quoted_ = false;
    bool begun_ = false;
    std::uint64_t rows_ = 0;
    std::string kept_; ///< bytes, of which the first `given_` have been given out
    std::size_t given_ = 0;
    std::size_t scanned_ = 0; ///< of `kept_`, behind `given_`
};

} // namespace evalbridge::cli
