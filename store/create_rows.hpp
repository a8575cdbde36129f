#pragma once
// How a create stands in its table; for the files of store/ that read and write it.

#include "store/creates.hpp"

namespace soci {
class row;
}

namespace evalbridge {

/// The columns that `record_of` reads, as a SELECT's list. Of a table that is called `c`.
extern const char* const create_columns;
create_record record_of(const soci::row& row);
/// Nothing where its id, or its key, is there already.
void insert_create(connection& db, const create_record& create);

} // namespace evalbridge
