// The file of decisions, a line of JSON each. It follows from the log, so it need not be on the
// disk before it is read: what is missing or torn after a crash is written again, byte for byte.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace stream {

class Decisions {
public:
    // Up to `held_bytes` the file is right; `stream.decisions` when it is shorter.
    static base::Result<Decisions> open(
        const std::filesystem::path& file, std::uint64_t held_bytes);

    Decisions(Decisions&& other) noexcept;
    Decisions(const Decisions&) = delete;
    Decisions& operator=(const Decisions&) = delete;
    ~Decisions();

    void add(std::string_view line) {
        waiting_ += line;
        waiting_ += '\n';
    }

    // Puts what waits into its place: nothing is written where the file says it already.
    base::Result<> put();
    // After the last line that the log gives: whatever the file has beyond it goes.
    base::Result<> end();
    base::Result<> flush();

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; } // put

    [[nodiscard]] std::uint64_t rewritten() const { return rewritten_; } // bytes that were wrong

private:
    explicit Decisions(int descriptor)
        : descriptor_(descriptor) {}

    base::Result<> cut();

    int descriptor_;
    std::uint64_t bytes_ = 0;
    std::uint64_t size_ = 0; // of the file
    std::uint64_t rewritten_ = 0;
    std::string waiting_;
    std::string there_;
};

} // namespace stream
