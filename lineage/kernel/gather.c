/* Python's strings as UTF-8, laid end to end, without an object for each. */
#include "words.h"

/* Functions of Python's own interface, called with its lock held: PyUnicode_AsUTF8AndSize, which for ASCII tells where
 * the text lies, and PyUnicode_AsUCS4, which copies the code points of any. */
typedef const char *AsUtf8(void *text, intptr_t *size);
typedef uint32_t *AsCodes(void *text, uint32_t *codes, intptr_t size, int zero);

/* The lower bytes of 16 code points; returns which of them are beyond ASCII. */
static inline uint32_t narrowed(const uint32_t *codes, uint8_t *to) {
#if defined(__SSE2__)
    const __m128i *from = (const __m128i *)codes;
    __m128i low = _mm_packs_epi32(_mm_loadu_si128(from), _mm_loadu_si128(from + 1));
    __m128i high = _mm_packs_epi32(_mm_loadu_si128(from + 2), _mm_loadu_si128(from + 3));
    __m128i bytes = _mm_packus_epi16(low, high); /* what is too large becomes 255 */
    _mm_storeu_si128((__m128i *)to, bytes);
    return (uint32_t)_mm_movemask_epi8(bytes);
#else
    uint32_t beyond = 0;
    for (int k = 0; k < 16; k++) to[k] = (uint8_t)codes[k], beyond |= (uint32_t)(codes[k] >= 0x80) << k;
    return beyond;
#endif
}

/* Code points, behind which 16 more can be read, as UTF-8, surrogates included. Returns the end of what was written;
 * 16 bytes more may be. */
static uint8_t *encode(const uint32_t *codes, int64_t count, uint8_t *to) {
    for (int64_t i = 0; i < count;) {
        uint32_t beyond = narrowed(codes + i, to);
        int64_t plain = beyond ? __builtin_ctz(beyond) : 16;
        if (plain > count - i) plain = count - i;
        i += plain, to += plain;
        if (i < count && codes[i] >= 0x80) to += utf8_of(codes[i++], to);
    }
    return to;
}

/* The texts one after another; text i comes to lie at `to[bounds[i]:bounds[i + 1]]`. `ascii[i]` tells which are ASCII,
 * `lengths[i]` how many characters they have. `codes` has room for the longest that is not ASCII and 16 more, `to` for four bytes
 * a character of those and one of the others, and 64 more. Returns 0, or 1 + i if Python refuses text i. */
int64_t lineage_gather(void *const *texts, const int64_t *lengths, const uint8_t *ascii, int64_t count, AsUtf8 *as_utf8,
                       AsCodes *as_codes, uint32_t *codes, uint8_t *to, int64_t *bounds) {
    uint8_t *at = to;
    for (int64_t i = 0; i < count; i++) {
        bounds[i] = at - to;
        if (ascii[i]) {
            intptr_t size;
            const char *own = as_utf8(texts[i], &size);
            if (!own) return 1 + i;
            memcpy(at, own, size);
            at += size;
        } else {
            if (!as_codes(texts[i], codes, lengths[i], 0)) return 1 + i;
            at = encode(codes, lengths[i], at);
        }
    }
    memset(at, 0, PAD);
    bounds[count] = at - to;
    return 0;
}
