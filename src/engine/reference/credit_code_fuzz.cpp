#include "engine/reference/credit_code.hpp"

// Any bytes: an answer, no crash; what is accepted reads back as itself and its correction is
// valid.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const auto reading = reference::read_code(text);
    if (reading.outcome == reference::CodeOutcome::malformed) {
        base::ensure(reading.code.empty() && !reading.cure.zh.empty(), "a refusal names its cure");
        return 0;
    }
    const auto again = reference::CreditCode::parse(reading.code);
    base::ensure(again && again->text() == reading.code, "a code reads back as itself");
    const auto right = reference::CreditCode::parse(reading.expected_code);
    base::ensure(
        right && right->outcome() == reference::CodeOutcome::valid, "the correction is valid");
    return 0;
}
