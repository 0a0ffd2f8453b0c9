#include "store/value.hpp"

namespace store {

void cell_mismatch(std::string_view expected) {
    base::bug("a table's cell is not " + std::string(expected) + ", as its struct says");
}

} // namespace store
