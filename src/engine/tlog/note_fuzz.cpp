// Whatever bytes come as a note: what is accepted is written back word for word.
#include "engine/tlog/note.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto note = tlog::read_note(bytes)) {
        base::ensure(tlog::note_text(*note) == bytes, "a note has one spelling");
    }
    if (const auto key = tlog::VerifierKey::read(bytes)) {
        base::ensure(key->text() == bytes, "a key has one spelling");
    }
    if (const auto key = tlog::SignerKey::read(base::Secret(std::string(bytes)))) {
        base::ensure(key->reveal().reveal() == bytes, "a private key has one spelling");
    }
    return 0;
}
