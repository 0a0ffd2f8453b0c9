// What the loops of the kernels share: how they are compiled, and how flags become bits.
#pragma once

#include "engine/column/kernel.hpp"

#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

// Clones are chosen by resolvers that run before a sanitizer is ready, and clang names the levels
// differently: there the plain loops serve, which also keeps them tested.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define BY_LEVEL                                                                                   \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "arch=x86-64-v2", "default")))
#else
#define BY_LEVEL
#endif
#define INLINED [[gnu::always_inline]] inline

namespace column::kernel {

// 64 bytes of 0 or 1 become 64 bits.
INLINED Word packed(const std::uint8_t* flags) {
    Word word = 0;
#if defined(__SSE2__)
    const __m128i zero = _mm_setzero_si128();
    for (int i = 0; i < 4; ++i) {
        const __m128i part =
            _mm_load_si128(static_cast<const __m128i*>(static_cast<const void*>(flags + 16 * i)));
        const auto bits = static_cast<unsigned>(_mm_movemask_epi8(_mm_sub_epi8(zero, part)));
        word |= static_cast<Word>(bits) << (16 * i);
    }
#else
    for (int i = 0; i < 8; ++i) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, flags + 8 * i, 8);
        word |= ((eight * 0x0102040810204080U) >> 56U) << (8 * i);
    }
#endif
    return word;
}

} // namespace column::kernel
