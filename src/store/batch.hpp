// What the writer keeps across the commands of one group commit.
#pragma once

#include "store/memory.hpp"
#include "store/projections.hpp"

namespace store {

struct Transaction::Batch {
    const Projections& projections;
    Memory& memory;
    std::int64_t seq = 0;      // of the newest event, those of this batch included
    std::vector<Event> events; // of this batch, in order
    // Of the command at work, until its first event has it.
    const base::Digest* digest = nullptr;
    std::string text{}; // of the statement that puts a row; kept for its memory
};

} // namespace store
