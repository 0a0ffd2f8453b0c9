// 数据质量: the pack's quality rules over what is known of each enterprise.
#pragma once

#include "domain/dossier/dossier.hpp"

#include <mutex>

namespace dossier {

enum class Severity { error, warning, note };
BOOST_DESCRIBE_ENUM(Severity, error, warning, note)

// One rule that one enterprise's data do not keep. A broken relation is an error, a stale or
// missing datum a warning.
struct Finding {
    std::string rule;
    Text label;
    Severity severity = Severity::warning;
    std::vector<std::string> attributes; // those to blame
    Text message;
    Text cure;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (rule, label, severity, attributes, message, cure))

[[nodiscard]] std::vector<Finding> findings(
    const pack::Policy& policy, const Dossier& dossier, Date today);

// The county's findings, kept up to date: only enterprises whose rows moved are looked at again.
class QualityBoard {
public:
    explicit QualityBoard(const pack::Policy& policy)
        : policy_(policy) {}

    struct Entry {
        Id<Party> enterprise;
        std::string name;
        Finding finding;
    };

    struct Filter {
        std::string rule; // empty: all
        std::int32_t page = 1;
        std::int32_t per_page = 50;
    };

    // In order of enterprise and rule.
    party::Page<Entry> list(const store::Snapshot& db, Date today, const Filter& filter);
    // How many findings each rule of the pack has, in the pack's order.
    std::vector<std::int64_t> counts(const store::Snapshot& db, Date today);

private:
    struct Held {
        std::string name;
        std::vector<Finding> findings;
    };

    void look(const Dossier& dossier);
    void refresh(const store::Snapshot& db, Date today);

    const pack::Policy& policy_;
    std::mutex mutex_;
    std::map<Id<Party>, Held> held_;
    std::optional<std::int64_t> seq_; // of the newest event looked at
    Date day_;
};

} // namespace dossier
