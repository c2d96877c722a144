/* Where the marks and breaks stand that quotations are found by. Twin: lineage/text/quotes.py. */
#include "quotes.h"

enum { AT_ONCE = 16 };

/* The characters that can begin a mark or a break: of those below 256 these, the others by a few ranges. */
static const uint8_t LOW_MARKS[] = {'\n', '\r', '"', '\'', '`', 0x85, 0xAB, 0xBB};
static inline int may_mark(uint32_t code) {
    if (code < 256) return memchr(LOW_MARKS, (int)code, sizeof LOW_MARKS) != NULL;
    return code - 0x2018 <= 0x203A - 0x2018 || code - 0x300C <= 0x301F - 0x300C || code == 0xFF02;
}

/* Which of `AT_ONCE` characters are beyond Latin-1, a mark or a break. */
#if defined(__SSE2__)
static inline uint32_t marks_among(__m128i bytes) {
    __m128i found = _mm_setzero_si128();
    for (size_t k = 0; k < sizeof LOW_MARKS; k++)
        found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)LOW_MARKS[k])));
    return (uint32_t)_mm_movemask_epi8(found);
}
static inline uint32_t special(const void *from, int width) {
    const __m128i *at = from, zero = _mm_setzero_si128();
    if (width == 1) return marks_among(_mm_loadu_si128(at));
    if (width == 2) {
        const __m128i low = _mm_set1_epi16(0xFF), one = _mm_loadu_si128(at), two = _mm_loadu_si128(at + 1);
        __m128i narrow = _mm_packs_epi16(_mm_cmpeq_epi16(_mm_andnot_si128(low, one), zero),
                                         _mm_cmpeq_epi16(_mm_andnot_si128(low, two), zero));
        uint32_t wide = (uint32_t)_mm_movemask_epi8(narrow) ^ 0xFFFF;
        return wide | marks_among(_mm_packus_epi16(_mm_and_si128(low, one), _mm_and_si128(low, two)));
    }
    uint32_t found = 0;
    for (int k = 0; k < 4; k++) { /* what is too large stays so when it is packed */
        const __m128i four = _mm_loadu_si128(at + k);
        const __m128i narrow = _mm_cmpeq_epi32(_mm_andnot_si128(_mm_set1_epi32(0xFF), four), zero);
        const __m128i bytes = _mm_packus_epi16(_mm_packs_epi32(_mm_and_si128(narrow, four), zero), zero);
        uint32_t wide = (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(narrow)) ^ 15;
        found |= (wide | (marks_among(bytes) & 15)) << 4 * k;
    }
    return found;
}
#else
static inline uint32_t special(const void *from, int width) {
    const Text t = {from, width, AT_ONCE, NULL};
    uint32_t found = 0;
    for (int k = 0; k < AT_ONCE; k++) found |= (uint32_t)(code_at(t, k) >= 256 || may_mark(code_at(t, k))) << k;
    return found;
}
#endif

int64_t marks_in(Text t, int32_t *places) {
    int64_t count = 0;
    for (int64_t page = 0x80 / PAGE; page < 0x100 / PAGE; page++) /* what stands beside a mark may be of these, too */
        if (t.kinds[page * PAGE] == UNKNOWN) return -1 - page;
    for (int64_t base = 0; base < t.size; base += AT_ONCE) {
        const int whole = t.size - base >= AT_ONCE;
        uint32_t found = whole ? special((const uint8_t *)t.data + base * t.width, t.width)
                               : (1u << (t.size - base)) - 1; /* the few at the end one by one */
        for (; found; found &= found - 1) {
            const int64_t at = base + __builtin_ctz(found);
            const uint32_t code = code_at(t, at);
            if (code >= 256 && t.kinds[code] == UNKNOWN) return -1 - (int64_t)(code / PAGE);
            places[count] = (int32_t)at;
            count += may_mark(code);
        }
    }
    return count;
}

/* Makes code points of the next `AT_ONCE` bytes, and tells how many of them come before the first that is beyond ASCII. */
static inline int plain(const uint8_t *at, uint32_t *codes) {
    uint32_t beyond = 0;
    for (int k = 0; k < AT_ONCE; k++) codes[k] = at[k];
#if defined(__SSE2__)
    beyond = (uint32_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)at));
#else
    for (int k = 0; k < AT_ONCE; k++) beyond |= (uint32_t)(at[k] >> 7) << k;
#endif
    return __builtin_ctz(beyond | 1u << AT_ONCE);
}

int64_t decode(const uint8_t *bytes, int64_t size, uint32_t *codes) {
    const uint8_t *at = bytes, *end = bytes + size;
    uint32_t *to = codes;
    while (at < end) {
        int64_t few = plain(at, to);
        if (few > end - at) few = end - at;
        at += few, to += few;
        if (few == AT_ONCE || at == end) continue;
        int length;
        *to++ = code_of(at, &length);
        at += length;
    }
    return to - codes;
}
