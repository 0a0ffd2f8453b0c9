// Rules that hold for nobody.
#include "engine/lint/lint.hpp"
#include "engine/pack/checker.hpp"

namespace pack {

std::optional<Contradiction> contradiction(const rule::Program& program) {
    for (const auto& finding : lint::conditions(program)) {
        if (finding.blocks)
            return Contradiction{
                .clause = finding.clause, .line = finding.line, .column = finding.column};
    }
    return std::nullopt;
}

} // namespace pack
