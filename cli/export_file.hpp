#pragma once
// Where an export is written until it is whole: a file beside the one that is wanted, under another name, so that
// nobody takes a part for the whole. It holds whole rows only, but where the process was killed. What is no file, such
// as a pipe, is written as it comes.

#include "cli/export_rows.hpp"

#include <sys/types.h>

#include <memory>
#include <optional>
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
    /// Whether it has a part, which can be begun anew and gone on with. A pipe or a device has none.
    bool keeps_part() const { return !straight_; }
    // Each gives the empty text, or why it couldn't be done.
    /// Makes the part this object's alone for as long as it lives. What is in it stays until something is written.
    std::string claim();
    /// Begins anew. The first write does so by itself.
    std::string begin();
    /// Goes on with the part, whose whole rows are told to `rows`; what is behind the last of them is cut off.
    std::string resume(row_counter& rows);
    std::string write(std::string_view bytes);
    /// Everything so far is in the file.
    std::string flush();
    /// It is whole: the file gets its name.
    std::string finish();
    /// What was written is of no use: the part goes. One that nothing was written to stays as it was found.
    void discard();

  private:
    struct packer;
    class descriptor;
    void look_at_target();
    std::string claim_part();
    std::string open_straight();
    std::string pack_into(const descriptor& file);
    std::string copy_whole_rows(row_counter& rows);
    std::string store();

    const std::string name_;
    const bool packed_;
    std::string target_;               ///< what the name comes to, links followed
    std::string part_;                 ///< the name itself where it is written straight
    std::string unusable_;             ///< why the name can't be written to
    std::optional<mode_t> mode_;       ///< of the file that is replaced
    bool straight_ = false;            ///< it is no regular file
    std::unique_ptr<descriptor> held_; ///< the part, locked
    std::unique_ptr<packer> out_;
};

} // namespace evalbridge::cli
