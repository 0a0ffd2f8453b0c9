// Signs the log as it grows: after a commit a checkpoint, at most one every `gap_ms`; then asks the
// witnesses to cosign it, and publishes it once those the trust file demands have done so.
//
// Before the first signature after a start, the witnesses are asked what they saw last: data that
// are older than that (a restored backup) are never signed again. Whatever refuses a signature for
// good stops the signing, not the county.
#pragma once

#include "base/clock.hpp"
#include "domain/evidence/evidence.hpp"
#include "domain/evidence/keeper.hpp"
#include "engine/tlog/trust.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace jobs {

struct Published {
    std::string note; // as it is served
    tlog::Head head;
    std::vector<tlog::Cosigned> cosigned;
    base::Instant at;
};

class Sealer {
public:
    struct Options {
        std::int64_t gap_ms = 50;
        std::int64_t witness_ms = 5'000; // for one witness's answer
    };

    Sealer(
        store::Database& database,
        evidence::Evidence& evidence,
        evidence::Keeper keeper,
        tlog::Trust trust,
        const base::Clock& clock,
        Options options);
    ~Sealer();
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;

    void start();
    // One checkpoint, when there is anything new to sign; false when not.
    base::Result<bool> sign();
    // Asks every witness about the newest checkpoint, and publishes it when enough answered.
    void ask_witnesses();

    // Null before the first checkpoint.
    [[nodiscard]] std::shared_ptr<const Published> published() const;
    // Why nothing is signed any more.
    [[nodiscard]] std::optional<base::Error> halted() const;

    [[nodiscard]] const evidence::Keeper& keeper() const { return keeper_; }

    [[nodiscard]] const tlog::Trust& trust() const { return trust_; }

private:
    struct Bell {
        std::mutex mutex;
        std::condition_variable wake;
        bool rung = false;
        bool stopping = false;
    };

    void load_published();
    void sign_in_turn();
    void ask_in_turn();
    bool wait(Bell& bell, std::int64_t pause_ms);
    static void ring(Bell& bell);
    base::Result<> look_at_witnesses();
    base::Result<std::optional<tlog::Checkpoint>> seen_by(
        const tlog::Trust::Witness& witness) const;
    std::optional<tlog::SignatureLine> ask(
        std::size_t place, const tlog::SignedCheckpoint& checkpoint);
    [[nodiscard]] std::string request(
        std::uint64_t old_size, const tlog::SignedCheckpoint& checkpoint) const;
    void publish(const tlog::SignedCheckpoint& checkpoint);
    void halt(base::Error error);

    store::Database& database_;
    evidence::Evidence& evidence_;
    evidence::Keeper keeper_;
    tlog::Trust trust_;
    const base::Clock& clock_;
    Options options_;
    std::vector<std::uint64_t> known_; // what each witness cosigned last, as far as heard
    bool looked_ = false;

    mutable std::mutex mutex_; // of what follows
    std::shared_ptr<const Published> published_;
    std::optional<tlog::SignedCheckpoint> newest_;
    std::optional<base::Error> halted_;

    std::shared_ptr<Bell> signing_;
    Bell asking_;
    std::thread signer_;
    std::thread asker_;
};

} // namespace jobs
