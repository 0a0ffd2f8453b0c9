// A witness of logs, C2SP tlog-witness v1.0.0: cosigns what continues the checkpoint it cosigned
// last, and keeps it on its own disk before it answers.
//
//   POST /add-checkpoint               see tlog::decide_add_checkpoint
//   GET  /<hex sha256(origin)>/checkpoint   what was cosigned last, with the log's signature and
//   ours GET  /                             name and key of this witness, logs it serves
#pragma once

#include "base/clock.hpp"
#include "edge/http/message.hpp"
#include "engine/tlog/trust.hpp"
#include "store/file.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace witness {

class Witness {
public:
    // Opens the folder, and makes the key `name` in it at first (`witness.key` in a file for its
    // owner only). Errors: `store.locked` (another witness has it), `store.unavailable`,
    // `witness.key`, `witness.state` (a kept checkpoint cannot be read), `witness.name`.
    static base::Result<std::unique_ptr<Witness>> open(
        const std::filesystem::path& folder,
        const std::string& name,
        const tlog::Trust& logs,
        const base::Clock& clock);

    [[nodiscard]] http::Response answer(const http::Request& request);
    [[nodiscard]] http::Handlers handlers();

    [[nodiscard]] const tlog::VerifierKey& verifier() const { return key_.verifier(); }

private:
    Witness(
        std::filesystem::path folder,
        store::FileLock lock,
        tlog::SignerKey key,
        std::vector<tlog::VerifierKey> logs,
        const base::Clock& clock);

    base::Result<> load();
    http::Response add_checkpoint(std::string_view body);
    [[nodiscard]] http::Response checkpoint(std::string_view hash) const;
    [[nodiscard]] http::Response about() const;
    [[nodiscard]] std::filesystem::path file_of(const std::string& origin) const;

    std::filesystem::path folder_;
    store::FileLock lock_;
    tlog::SignerKey key_;
    std::vector<tlog::VerifierKey> logs_;
    const base::Clock& clock_;

    struct Held {
        tlog::Head head;
        std::string note;
    };

    mutable std::mutex mutex_;         // checking and keeping are one step
    std::map<std::string, Held> held_; // by origin
};

} // namespace witness
