// The log's own files in the data folder, beside the database and not in its backups:
//
//   log.key        private note keys, one a line, readable by the owner only; every one signs
//   log.head       the newest checkpoint these keys have signed
//   log.published  the newest checkpoint that was shown to others
//   log.trust      whom the log asks to cosign, and how many must (may be absent)
//
// The head lies beside the key because that is what must never part: whoever signs looks first what
// was signed last. A checkpoint is on the disk here before anybody sees its signature.
#pragma once

#include "engine/tlog/checkpoint.hpp"
#include "engine/tlog/tile.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace evidence {

using base::Result;

class Keeper {
public:
    // Makes the keys of a new log, Ed25519 and SM2. `evidence.key_exists`, `evidence.origin`.
    static Result<> create(const std::filesystem::path& folder, const std::string& origin);
    // `evidence.no_key`, `evidence.key` (the file cannot be read), `evidence.key_open` (others may
    // read the file).
    static Result<Keeper> open(const std::filesystem::path& folder);
    [[nodiscard]] static bool exists(const std::filesystem::path& folder);

    [[nodiscard]] const std::string& origin() const { return keys_[0].verifier().name; }

    [[nodiscard]] const std::vector<tlog::VerifierKey>& verifiers() const { return verifiers_; }

    // What was signed last, if anything; `evidence.head` when the file was changed.
    [[nodiscard]] Result<std::optional<tlog::SignedCheckpoint>> head() const;
    // Whether this tree continues what these keys signed: `evidence.behind` (it is shorter: an
    // older backup was restored) or `evidence.fork` (it is another).
    [[nodiscard]] static Result<> continues(
        tlog::TileNodes& tree, const tlog::Checkpoint& signed_before);
    // The checkpoint of the tree, signed once and on the disk. Refuses what does not continue the
    // head; two programs on one folder take turns (`store.locked` for the second).
    Result<tlog::SignedCheckpoint> sign(tlog::TileNodes& tree);

    [[nodiscard]] Result<std::optional<std::string>> published() const;
    Result<> keep_published(const std::string& note) const;
    // The text of log.trust, empty when there is none.
    [[nodiscard]] Result<std::string> trust_text() const;

private:
    Keeper(std::filesystem::path folder, std::vector<tlog::SignerKey> keys);

    std::filesystem::path folder_;
    std::vector<tlog::SignerKey> keys_;
    std::vector<tlog::VerifierKey> verifiers_;
};

} // namespace evidence
