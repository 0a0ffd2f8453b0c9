// Files for SQLite that break at a chosen step. A step is whatever asks the system to change
// something: a write, a sync, a truncation, a deletion.
#pragma once

#include <cstdint>

namespace kills {

enum class Fault {
    none,
    die,       // the process is gone before the step
    die_torn,  // … in the middle of it: of a write, a part is done
    lose,      // the power fails before it: what was written since each file's last sync is gone
    fail_once, // the step answers an input/output error, and later ones work
    fail_on,   // from this step on, all of them answer an error
};

// Makes SQLite's default files break at step `at` (the first is 1). Once a process.
void break_files(Fault fault, std::int64_t at);

// Steps so far.
std::int64_t file_steps();

} // namespace kills
