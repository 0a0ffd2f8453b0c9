// 查询证明: what a search by debtor answers, drawn as a PDF.
#pragma once

#include "domain/registry/registry.hpp"

namespace registry {

struct Search {
    std::string debtor_code;
    std::string command; // of the search; its number comes from it
    Instant at;
};

// All but the id and who searched. `registry.debtor` for a malformed code; the errors of
// paper::pdf.
Result<Proof> draw_certificate(
    const store::Snapshot& db, const pack::Policy& policy, const Search& search);

} // namespace registry
