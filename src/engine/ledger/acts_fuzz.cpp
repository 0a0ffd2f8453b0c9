// Text of acts: whatever comes in, what is taken is written again as it came.
#include "engine/ledger/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const auto acts = ledger::read_acts(text);
    if (acts) base::ensure(ledger::write_acts(*acts) == text, "an act has one form");
    return 0;
}
