// Checkpoints, C2SP tlog-checkpoint v1.0.0: what a log was at one size, as the text of a note.
//
//   origin
//   size            decimal
//   base64(root)
//   (extension lines: read and kept, never made)
#pragma once

#include "engine/tlog/note.hpp"
#include "engine/tlog/tree.hpp"

namespace tlog {

struct Checkpoint {
    std::string origin;
    Head head;
    std::vector<std::string> extensions;

    // `tlog.checkpoint`.
    static Result<Checkpoint> read(std::string_view text);
    [[nodiscard]] std::string text() const;
};

// A note whose text is a checkpoint.
struct SignedCheckpoint {
    Note note;
    Checkpoint checkpoint;

    static Result<SignedCheckpoint> read(std::string_view bytes);
};

// Signed by every key, in their order: Ed25519 first, so that every verifier finds what it knows.
[[nodiscard]] Note sign_checkpoint(const Checkpoint& checkpoint, std::span<const SignerKey> keys);

// A checkpoint that a key of the log named by its origin has signed. Errors of read() and
// verify_note(), and `tlog.origin` when the signing key bears another name.
Result<SignedCheckpoint> open_checkpoint(
    std::string_view bytes, std::span<const VerifierKey> log_keys);

} // namespace tlog
