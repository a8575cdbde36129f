#pragma once
// The looks of inspection.cpp that read everything there is. Each in transactions of its own.

#include "store/inspection.hpp"

namespace evalbridge {

/// What SQLite finds wrong with its file, table by table; nothing where that is whole.
std::vector<finding> faults_of_the_file(connection& db);

/// Reads every packed text, and parses the JSON of runs and of what was to be started: how many of each column are
/// damaged, and where the first is. A few thousand rows at a time.
std::vector<finding> faults_of_packed_texts(connection& db);

} // namespace evalbridge
