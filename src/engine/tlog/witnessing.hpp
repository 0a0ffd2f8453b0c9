// What a witness decides, C2SP tlog-witness v1.0.0: whether a checkpoint follows from the one it
// cosigned last. Pure: who keeps the state, and how, is the caller's business.
#pragma once

#include "engine/tlog/trust.hpp"

namespace tlog {

struct AddCheckpoint {
    std::uint64_t old_size = 0;
    std::vector<Hash> proof;
    std::string checkpoint;

    // The body of a request. `tlog.add_checkpoint`.
    static Result<AddCheckpoint> read(std::string_view bytes);
    [[nodiscard]] std::string text() const;
};

struct WitnessAnswer {
    int status = 200;
    std::string_view content_type = "text/plain; charset=utf-8";
    std::string body;
    // Set when the checkpoint is good: to be kept, then cosigned, then answered.
    std::optional<SignedCheckpoint> next;
};

// `logs` are the logs served; `held` the head cosigned last for an origin, if any.
using HeldHead = std::function<std::optional<Head>(const std::string& origin)>;
[[nodiscard]] WitnessAnswer decide_add_checkpoint(
    std::string_view body, std::span<const VerifierKey> logs, const HeldHead& held);

// The note with only the signatures these keys made.
[[nodiscard]] Note only_by(const Note& note, std::span<const VerifierKey> keys);

} // namespace tlog
