// Whether a pack can be used: what its parts say of one another, and what each must be in itself.
//
// Errors: references to codes that do not exist, repeated names, expressions that do not type-check
// or can never hold, limits the wrong way round, states nobody reaches or leaves, clocks nobody
// stops or owns, roles that must exclude each other, cases that come out otherwise. Warnings:
// probable slips. Notes: what the plan's own figures contradict (kind Check); a flag in the data,
// not a fault of the pack.
#pragma once

#include "engine/pack/load.hpp"

namespace pack {

// For a pack that was read without errors of shape; after such errors many findings here would be
// mere echoes.
[[nodiscard]] std::vector<Finding> check(const Loaded& loaded);

// Everything about a folder, sorted by place: the findings of load(), and those of check() when
// nothing is wrong with the shape.
[[nodiscard]] std::vector<Finding> examine(const std::filesystem::path& folder);

} // namespace pack
