/* What the kernel's files share. */
#pragma once
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* For functions whose loops gain from wide registers; the values are the same. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif
#define HIDDEN __attribute__((visibility("hidden")))

enum { SEPARATOR = 0, WORD = 1, ALONE = 2, DROPPED = 3, KIND = 3, MARK = 4, LOOSE = 8, UNKNOWN = 255 };
enum { PAGE = 64 }; /* code points, as in unicode.py */
enum { BLANK = 0x20, APOSTROPHE = 0x27, PAD = 64 };
enum { TIMES = 0xD7, SHARP = 0xDF, DIVIDED = 0xF7 }; /* of Latin-1 */
enum { IS_LOOSE = 1, HAS_ALONE = 2 }; /* what is said of an article */

typedef struct {
    const uint8_t *kinds;        /* by code point: kind, mark, loose; UNKNOWN where the page is not filled yet */
    const uint32_t *folds;       /* by code point: its folding, or LONG | row of `longer` */
    const uint32_t (*longer)[3]; /* foldings to several code points, padded with zeros */
    uint64_t seed;
} Tables;

typedef struct {
    uint64_t *hashes;
    int32_t *starts, *ends; /* characters; NULL where nobody asks for them */
    uint8_t *alone;
    int64_t count;
    const int64_t *kept; /* of the next article, from which word to which; NULL: all of them */
    int64_t size;        /* of the last article, all its words */
} Words;

/* A code point as UTF-8, surrogates included; returns its length in bytes. */
static inline int utf8_of(uint32_t code, uint8_t *to) {
    if (code < 0x80) return to[0] = (uint8_t)code, 1;
    if (code < 0x800) return to[0] = 0xC0 | code >> 6, to[1] = 0x80 | (code & 63), 2;
    if (code < 0x10000) return to[0] = 0xE0 | code >> 12, to[1] = 0x80 | (code >> 6 & 63), to[2] = 0x80 | (code & 63), 3;
    to[0] = 0xF0 | code >> 18, to[1] = 0x80 | (code >> 12 & 63), to[2] = 0x80 | (code >> 6 & 63), to[3] = 0x80 | (code & 63);
    return 4;
}

/* A code point of UTF-8 (surrogates included) that is known to be well formed; its length in bytes to *size. */
static inline uint32_t code_of(const uint8_t *at, int *size) {
    if (at[0] < 0x80) return *size = 1, at[0];
    if (at[0] < 0xE0) return *size = 2, (at[0] & 31u) << 6 | (at[1] & 63u);
    if (at[0] < 0xF0) return *size = 3, (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    return *size = 4, (at[0] & 7u) << 18 | (at[1] & 63u) << 12 | (at[2] & 63u) << 6 | (at[3] & 63u);
}

/* Scratch for texts of at most `longest` bytes: `bytes` holds twice as many and 4 * PAD more, `edges` twice as many
 * numbers and 2 * PAD more. */
typedef struct {
    uint8_t *bytes;
    int32_t *edges;
    int64_t longest;
} Scratch;

/* Texts one after another: text i at `bytes[bounds[i]:bounds[i + 1]]`, with 64 bytes behind the last. In UTF-8, or, where
 * `narrow` is not NULL and narrow[i] is 1, one byte a character, as `lineage_narrow` makes it. */
typedef struct {
    const uint8_t *bytes;
    const int64_t *bounds;
    const uint8_t *narrow;
} Texts;

/* Appends the words of text i that are `kept` and tells in *said what it is. Returns 0, or -1 - page for a page of code points
 * that the tables lack. */
HIDDEN int64_t words_of(const Texts *texts, int64_t i, const Tables *tables, const Scratch *scratch, Words *out,
                        uint8_t *said);

#define NO_SHINGLE (~0ull)

/* Puts keys in order, however they are spread; `room` holds as many. */
HIDDEN void merge_sort(uint64_t *keys, int64_t count, uint64_t *room);

/* The shingle that begins at each word of one article. `alone` may be NULL. */
HIDDEN void shingles_of(const uint64_t *words, const uint8_t *alone, int64_t count, uint64_t *values);
