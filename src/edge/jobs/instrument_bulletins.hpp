// What an act on an instrument means to others: a notice to whoever acts next, or should know.
#pragma once

#include "domain/instrument/instrument.hpp"
#include "domain/notice/notice.hpp"

namespace pack {
class Policy;
}

namespace jobs {

// The notices of one act, pure: who must do something, and who is told.
[[nodiscard]] std::vector<notice::Post> bulletins_of(
    const instrument::Moved& moved, const instrument::Dossier& file, const pack::Policy& policy);

class InstrumentBulletins {
public:
    InstrumentBulletins(
        store::Database& database, const pack::Policy& policy, notice::Notices& notices)
        : database_(database)
        , policy_(policy)
        , notices_(notices) {}

    // For a relay. Writes under `notice:<seq>`.
    base::Result<> handle(const store::Event& event) const;

private:
    store::Database& database_;
    const pack::Policy& policy_;
    notice::Notices& notices_;
};

} // namespace jobs
