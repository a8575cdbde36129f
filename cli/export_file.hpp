#pragma once
// Where an export is written until it is whole: a file beside the one that is wanted, under another name, so that
// nobody takes a part for the whole. It holds whole rows only, but where the process was killed.

#include "cli/export_rows.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace evalbridge::cli {

class export_file {
  public:
    /// `name` is the file that is wanted; `identity` says what is exported, so that a part of something else isn't gone
    /// on with. `packed`: as gzip.
    export_file(std::string name, std::string_view identity, bool packed);
    ~export_file();
    export_file(const export_file&) = delete;
    export_file& operator=(const export_file&) = delete;

    const std::string& part_name() const { return part_; }
    /// Whether there is a part of the same export.
    bool has_part() const;
    // Each gives the empty text, or why it couldn't be done.
    /// Begins anew.
    std::string begin();
    /// Goes on with the part, whose whole rows are told to `rows`; what is behind the last of them is cut off.
    std::string resume(row_counter& rows);
    std::string write(std::string_view bytes);
    /// Everything so far is in the file.
    std::string flush();
    /// It is whole: the file gets its name.
    std::string finish();

  private:
    struct packer;
    std::string open(const std::string& name);

    const std::string name_;
    const std::string part_;
    const bool packed_;
    std::unique_ptr<packer> out_;
};

} // namespace evalbridge::cli
