// Whatever text comes as a checkpoint: what is accepted is written back word for word.
#include "engine/tlog/checkpoint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto checkpoint = tlog::Checkpoint::read(bytes)) {
        base::ensure(checkpoint->text() == bytes, "a checkpoint has one spelling");
    }
    (void)tlog::SignedCheckpoint::read(bytes);
    return 0;
}
