// Whom one trusts: C2SP tlog-trust. A file of lines,
//
//   log <vkey> [<url>]
//   witness <name> <vkey> [<url>]
//   group <name> all|any|<k> <name>…
//   quorum <name>|none
//
// and a checkpoint is good when one of the logs signed it and the quorum of witnesses cosigned it.
// The same file tells a log whom to ask, and a witness which logs it serves.
#pragma once

#include "engine/tlog/checkpoint.hpp"

namespace tlog {

class Trust {
public:
    struct Log {
        VerifierKey key;
        std::string url; // may be empty
    };

    struct Witness {
        std::string name; // in this file
        VerifierKey key;
        std::string url;
    };

    struct Group {
        std::string name;
        std::size_t needed = 0;
        std::vector<std::string> members;
    };

    // `tlog.trust`, at the line that is wrong.
    static Result<Trust> read(std::string_view bytes);
    // One log and no witnesses: what a lone key says.
    static Trust of(VerifierKey log);

    [[nodiscard]] const std::vector<Log>& logs() const { return logs_; }

    [[nodiscard]] const std::vector<Witness>& witnesses() const { return witnesses_; }

    // Empty: `quorum none`.
    [[nodiscard]] const std::string& quorum() const { return quorum_; }

    [[nodiscard]] std::vector<VerifierKey> log_keys() const;
    // The witnesses, groups and quorum as lines, after `logs`; without their addresses.
    [[nodiscard]] std::string text(std::string logs) const;
    // Whether these witnesses, by their place among witnesses(), make the quorum.
    [[nodiscard]] bool satisfied(const std::vector<bool>& cosigned) const;

private:
    friend class TrustReader;
    std::vector<Log> logs_;
    std::vector<Witness> witnesses_;
    std::vector<Group> groups_;
    std::string quorum_;
};

struct Cosigned {
    std::string witness;
    std::uint64_t seconds = 0;
    friend bool operator==(const Cosigned&, const Cosigned&) = default;
};

struct Accepted {
    SignedCheckpoint checkpoint;
    std::vector<Cosigned> cosigned;
};

// A checkpoint by the trust. Errors of open_checkpoint(), and `tlog.quorum`.
Result<Accepted> accept(std::string_view bytes, const Trust& trust);

} // namespace tlog
