// A proof in one file, C2SP tlog-proof v1, suffix .tlog-proof: verifiable for ever, without asking
// anybody.
//
//   c2sp.org/tlog-proof@v1
//   extra base64            (may be absent)
//   index <n>
//   base64(hash)…           from the leaf's sibling upward
//   (an empty line)
//   the checkpoint
#pragma once

#include "engine/tlog/trust.hpp"

namespace tlog {

struct Proof {
    std::optional<std::string> extra;
    std::uint64_t index = 0;
    std::vector<Hash> hashes;
    std::string checkpoint;

    // `tlog.proof`.
    static Result<Proof> read(std::string_view bytes);
    [[nodiscard]] std::string text() const;
};

// That the entry stands in a log the trust accepts. Errors of accept() and verify_inclusion().
Result<Accepted> check_proof(const Proof& proof, const Hash& leaf, const Trust& trust);

} // namespace tlog
