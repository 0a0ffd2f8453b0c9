// An export from anywhere: a root or an error, never more memory than the text accounts for.
#include "engine/ledger/export.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    (void)ledger::root_of_export({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
