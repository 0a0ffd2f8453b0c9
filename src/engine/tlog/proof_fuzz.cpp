// Whatever file comes as a proof: what is accepted is written back word for word.
#include "engine/tlog/proof.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto proof = tlog::Proof::read(bytes)) {
        base::ensure(proof->text() == bytes, "a proof has one spelling");
    }
    return 0;
}
