/* The inner loops of lineage in C: words, fingerprints, groups of equal fingerprints, MinHash.
 *
 * Every function has a twin in numpy that gives the same values bit for bit (see the Python function of the same
 * subject); the tests hold the two against each other. Nothing is allocated here: the caller owns every buffer.
 */
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif

enum { SEPARATOR = 0, WORD = 1, ALONE = 2, DROPPED = 3, KIND = 3, MARK = 4, LOOSE = 8, UNKNOWN = 255 };
enum { BLANK = 0x20, APOSTROPHE = 0x27, PAD = 64 };
enum { IS_LOOSE = 1, HAS_ALONE = 2 }; /* what is said of an article */

static const uint64_t K1 = 0xBF58476D1CE4E5B9u, K2 = 0x94D049BB133111EBu;
static const uint32_t LONG = 0x80000000u;

typedef struct {
    const uint8_t *kinds;        /* by code point: kind, mark, loose; UNKNOWN where the page is not filled yet */
    const uint32_t *folds;       /* by code point: its folding, or LONG | row of `longer` */
    const uint32_t (*longer)[3]; /* foldings to several code points, padded with zeros */
    uint64_t seed;
} Tables;

typedef struct {
    uint64_t *hashes;
    int32_t *starts, *ends; /* characters */
    uint8_t *alone;
    int64_t count;
} Words;

int64_t lineage_edition(void) { return 3; } /* another number whenever a function's arguments or values change */

/* ---- words ------------------------------------------------------------------------------------------------- */

static uint64_t eight(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

static const uint64_t BYTES[9] = {0, 0xFFu, 0xFFFFu, 0xFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFFFu, 0xFFFFFFFFFFFFu,
                                 0xFFFFFFFFFFFFFFu, ~0ull}; /* masks for so many bytes */

static uint64_t masked(uint64_t value, int64_t bytes) { return value & BYTES[bytes < 8 ? bytes : 8]; }

static uint64_t hashed(const uint8_t *at, int64_t length, uint64_t seed) {
    uint64_t hash = (masked(eight(at), length) ^ seed) * K1;
    for (int64_t done = 8; done < length; done += 8) {
        hash ^= hash >> 32;
        hash = (masked(eight(at + done), length - done) ^ hash) * K2;
    }
    return hash ^ hash >> 32;
}

/* A code point of UTF-8 (surrogates included) that is known to be well formed; its length in bytes to *size. */
static uint32_t decoded(const uint8_t *at, int *size) {
    if (at[0] < 0x80) return *size = 1, at[0];
    if (at[0] < 0xE0) return *size = 2, (at[0] & 31u) << 6 | (at[1] & 63u);
    if (at[0] < 0xF0) return *size = 3, (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    return *size = 4, (at[0] & 7u) << 18 | (at[1] & 63u) << 12 | (at[2] & 63u) << 6 | (at[3] & 63u);
}

static int encoded(uint32_t code, uint8_t *to) {
    if (code < 0x80) return to[0] = (uint8_t)code, 1;
    if (code < 0x800) return to[0] = 0xC0 | code >> 6, to[1] = 0x80 | (code & 63), 2;
    if (code < 0x10000) return to[0] = 0xE0 | code >> 12, to[1] = 0x80 | (code >> 6 & 63), to[2] = 0x80 | (code & 63), 3;
    to[0] = 0xF0 | code >> 18, to[1] = 0x80 | (code >> 12 & 63), to[2] = 0x80 | (code >> 6 & 63), to[3] = 0x80 | (code & 63);
    return 4;
}

/* ASCII folded: small letters, digits and apostrophes stay, the rest is blank. Returns the OR of all bytes. */
WIDE static uint8_t fold_ascii(const uint8_t *text, int64_t size, uint8_t *to) {
    uint8_t all = 0;
    for (int64_t i = 0; i < size; i++) {
        uint8_t byte = text[i], small = byte | 0x20;
        uint8_t letter = (uint8_t)(small - 'a') < 26, digit = (uint8_t)(byte - '0') < 10;
        uint8_t stays = digit | (byte == APOSTROPHE) | (byte >> 7);
        to[i] = letter ? small : stays ? byte : BLANK;
        all |= byte;
    }
    return all;
}

/* Of 64 bytes: which are no blank; which are not the first of a character; which are the first of one beyond ASCII. */
#if defined(__SSE2__)
#define MASK(test)                                                                                   \
    uint64_t mask = 0;                                                                               \
    for (int k = 0; k < 4; k++) {                                                                    \
        __m128i bytes = _mm_loadu_si128((const __m128i *)(at + 16 * k));                             \
        mask |= (uint64_t)(uint16_t)_mm_movemask_epi8(test) << 16 * k;                               \
    }                                                                                                \
    return mask;
static inline uint64_t blanks(const uint8_t *at) { MASK(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(BLANK))) }
static inline uint64_t trailing(const uint8_t *at) { MASK(_mm_cmplt_epi8(bytes, _mm_set1_epi8(-0x40))) }
static inline uint64_t beyond(const uint8_t *at) { MASK(bytes) }
#else
static inline uint64_t blanks(const uint8_t *at) {
    uint64_t mask = 0;
    for (int k = 0; k < 64; k++) mask |= (uint64_t)(at[k] == BLANK) << k;
    return mask;
}
static inline uint64_t trailing(const uint8_t *at) {
    uint64_t mask = 0;
    for (int k = 0; k < 64; k++) mask |= (uint64_t)((int8_t)at[k] < -0x40) << k;
    return mask;
}
static inline uint64_t beyond(const uint8_t *at) {
    uint64_t mask = 0;
    for (int k = 0; k < 64; k++) mask |= (uint64_t)(at[k] >> 7) << k;
    return mask;
}
#endif

/* Fold the characters beyond ASCII in their places. Returns 0, or 1 if a folding needs another length or a character
 * is a word by itself, or -1 - page. What is loose is told in *said. */
static int64_t fold_in_place(const uint8_t *text, int64_t size, uint8_t *to, const Tables *tables, uint8_t *said) {
    uint64_t firsts = 0;
    for (int64_t base = -64;;) {
        while (!firsts) {
            if ((base += 64) >= size) return 0;
            firsts = beyond(text + base) & ~trailing(text + base);
        }
        int64_t i = base + __builtin_ctzll(firsts);
        firsts &= firsts - 1;
        if (i >= size) return 0;
        int length;
        uint32_t code = decoded(text + i, &length);
        uint8_t entry = tables->kinds[code];
        if (entry == UNKNOWN) return -1 - (int64_t)(code >> 8);
        if (entry & LOOSE) *said |= IS_LOOSE;
        uint32_t fold = tables->folds[code];
        int kind = entry & KIND;
        if (kind == DROPPED || kind == ALONE) return 1;
        if (fold == APOSTROPHE) {
            to[i] = APOSTROPHE; /* shorter than it was: the rest must not be a blank, so another way for it */
            if (length > 1) return 1;
        } else if (kind == SEPARATOR) {
            memset(to + i, BLANK, length);
        } else {
            uint8_t bytes[4];
            if (fold & LONG) {
                const uint32_t *row = tables->longer[fold & ~LONG];
                if (length != 2 || row[0] >= 0x80 || row[1] >= 0x80 || !row[1] || row[2]) return 1;
                to[i] = (uint8_t)row[0], to[i + 1] = (uint8_t)row[1]; /* sharp s */
            } else {
                if (encoded(fold, bytes) != length) return 1;
                memcpy(to + i, bytes, length);
            }
        }
    }
}

/* Copies a text with a straight apostrophe for each curly one (U+2019), which print has for every other "don't".
 * Returns its size, or -1 if it has none; nothing is copied then. */
static int64_t straighten(const uint8_t *text, int64_t size, uint8_t *to) {
    const uint8_t *at = text, *end = text + size, *done = text;
    uint8_t *out = to;
    while ((at = memchr(at, 0xE2, end - at)) != NULL) {
        if (at[1] != 0x80 || at[2] != 0x99) {
            at++;
            continue;
        }
        memcpy(out, done, at - done);
        out += at - done;
        *out++ = APOSTROPHE;
        done = at += 3;
    }
    if (done == text) return -1;
    memcpy(out, done, end - done);
    return out + (end - done) - to;
}

/* An apostrophe stays only between two letters or digits. */
static void drop_outer_apostrophes(uint8_t *text, int64_t size) {
    for (uint8_t *at = text; (at = memchr(at, APOSTROPHE, text + size - at)) != NULL; at++) {
        uint8_t before = at[-1], after = at[1];
        if (before == BLANK || before == APOSTROPHE || after == BLANK || after == APOSTROPHE) *at = BLANK;
    }
}

/* The words of a folded text of `size` bytes that is padded with blanks; offsets count `text`'s characters. First
 * where words begin and end, as bytes and as characters, then their hashes: neither loop has a branch that is hard to
 * foresee. `edges` must hold 2 * size + 4 numbers. */
WIDE static void split(const uint8_t *text, const uint8_t *folded, int64_t size, int ascii, uint64_t seed,
                       int32_t *edges, Words *out) {
    uint64_t carry = 0;
    int64_t count = 0, before = 0; /* before: trailing bytes before the block */
    int32_t *characters = edges + size + 2;
    for (int64_t base = 0; base <= size; base += 64) {
        uint64_t mask = ~blanks(folded + base), changes = mask ^ (mask << 1 | carry);
        uint64_t later = ascii ? 0 : trailing(text + base);
        carry = mask >> 63;
        while (changes) {
            int place = __builtin_ctzll(changes);
            changes &= changes - 1;
            edges[count] = (int32_t)(base + place);
            characters[count++] = (int32_t)(base + place - before - __builtin_popcountll(later & ((1ull << place) - 1)));
        }
        before += __builtin_popcountll(later);
    }
    uint64_t *hashes = out->hashes + out->count;
    int64_t words = count / 2;
    for (int64_t k = 0; k < words; k++) {
        const uint8_t *at = folded + edges[2 * k];
        int64_t length = edges[2 * k + 1] - edges[2 * k];
        if (length > 16) {
            hashes[k] = hashed(at, length, seed);
            continue;
        }
        int64_t rest = length > 8 ? length - 8 : 0;
        uint64_t one = ((eight(at) & BYTES[length > 8 ? 8 : length]) ^ seed) * K1;
        uint64_t two = ((eight(at + 8) & BYTES[rest]) ^ (one ^ one >> 32)) * K2;
        uint64_t hash = rest ? two : one;
        hashes[k] = hash ^ hash >> 32;
    }
    for (int64_t k = 0; k < words; k++) {
        out->starts[out->count + k] = characters[2 * k];
        out->ends[out->count + k] = characters[2 * k + 1];
    }
    out->count += words;
}

/* ---- words of any text, character by character --------------------------------------------------------------- */

typedef struct {
    uint64_t hash, part; /* part: bytes that are not hashed yet */
    int bytes;           /* of part */
    int64_t length;      /* of the word, in folded bytes; 0: there is no word */
    int32_t start, end;
    uint8_t alone;
} Open;

static void append(Open *word, const uint8_t *bytes, int count, uint64_t seed) {
    for (int k = 0; k < count; k++) {
        if (word->bytes == 8) {
            word->hash = word->length == 8 ? (word->part ^ seed) * K1
                                           : (word->part ^ (word->hash ^ word->hash >> 32)) * K2;
            word->part = 0;
            word->bytes = 0;
        }
        word->part |= (uint64_t)bytes[k] << 8 * word->bytes++;
        word->length++;
    }
}

static void closed(Open *word, uint64_t seed, Words *out) {
    if (!word->length) return;
    uint64_t hash = word->length <= 8 ? (word->part ^ seed) * K1
                                      : (word->part ^ (word->hash ^ word->hash >> 32)) * K2;
    out->hashes[out->count] = hash ^ hash >> 32;
    out->starts[out->count] = word->start, out->ends[out->count] = word->end;
    out->alone[out->count] = word->alone;
    out->count++;
    *word = (Open){0};
}

/* Returns 0 or -1 - page. */
static int64_t words_of_any(const uint8_t *text, int64_t size, const Tables *tables, Words *out, uint8_t *said) {
    Open word = {0};
    int apostrophe = 0; /* one stands behind the open word, which goes on if a letter follows */
    int single = 0;     /* the open word ends with a character that is a word by itself: only a mark goes on with it */
    int32_t character = 0;
    for (int64_t i = 0; i < size; character++) {
        int length;
        uint32_t code = decoded(text + i, &length);
        uint8_t entry = tables->kinds[code];
        if (entry == UNKNOWN) return -1 - (int64_t)(code >> 8);
        i += length;
        if (entry & LOOSE) *said |= IS_LOOSE;
        int kind = entry & KIND;
        if (kind == DROPPED) continue;
        uint32_t fold = tables->folds[code];
        if (fold == APOSTROPHE) {
            if (apostrophe || single || !word.length) {
                closed(&word, tables->seed, out);
                apostrophe = single = 0;
                /* two in a row: the next letter must not see either as inner */
            } else {
                apostrophe = 1;
            }
            continue;
        }
        if (kind == SEPARATOR) {
            closed(&word, tables->seed, out);
            apostrophe = single = 0;
            continue;
        }
        if (kind == ALONE || (single && !(entry & MARK))) {
            closed(&word, tables->seed, out);
            apostrophe = 0;
        }
        single = kind == ALONE;
        if (single) *said |= HAS_ALONE;
        uint8_t bytes[4];
        if (apostrophe) {
            bytes[0] = APOSTROPHE;
            append(&word, bytes, 1, tables->seed);
            apostrophe = 0;
        }
        if (!word.length) word.start = character, word.alone = (uint8_t)single;
        if (fold & LONG) {
            const uint32_t *row = tables->longer[fold & ~LONG];
            for (int k = 0; k < 3 && row[k]; k++) append(&word, bytes, encoded(row[k], bytes), tables->seed);
        } else {
            append(&word, bytes, encoded(fold, bytes), tables->seed);
        }
        word.end = character + 1;
    }
    closed(&word, tables->seed, out);
    return 0;
}

/* The words of some articles. Article i is `text[bounds[i]:bounds[i + 1]]`, UTF-8; its words become
 * `first[i]:first[i + 1]` of the columns, and `said[i]` tells whether it is loose (must be composed first if it is not
 * in normal form C) and whether it has words that are one character of a script without spaces.
 * The text is followed by 64 bytes more; `room` must hold the longest article twice and 256 bytes more, `edges` two
 * numbers for each of its bytes and 4 more. Returns the number of words, or -1 - page for a page of 256
 * code points that the tables lack. */
int64_t lineage_words(const uint8_t *text, const int64_t *bounds, int64_t articles, const uint8_t *kinds,
                      const uint32_t *folds, const uint32_t (*longer)[3], uint64_t seed, uint8_t *room,
                      int32_t *edges, uint64_t *hashes, int32_t *starts, int32_t *ends, uint8_t *alone, int64_t *first, uint8_t *said) {
    Tables tables = {kinds, folds, longer, seed};
    Words out = {hashes, starts, ends, alone, 0};
    int64_t longest = 0;
    for (int64_t i = 0; i < articles; i++)
        longest = bounds[i + 1] - bounds[i] > longest ? bounds[i + 1] - bounds[i] : longest;
    uint8_t *folded = room + PAD, *copy = folded + longest + 2 * PAD;
    memset(room, BLANK, PAD);
    for (int64_t i = 0; i < articles; i++) {
        const uint8_t *own = text + bounds[i];
        int64_t size = bounds[i + 1] - bounds[i], straight;
        first[i] = out.count;
        said[i] = 0;
        int ascii = fold_ascii(own, size, folded) < 0x80;
        if (!ascii && (straight = straighten(own, size, copy)) >= 0) {
            own = copy, size = straight;
            ascii = fold_ascii(own, size, folded) < 0x80;
        }
        memset(folded + size, BLANK, 2 * PAD);
        int64_t other = ascii ? 0 : fold_in_place(own, size, folded, &tables, said + i);
        if (other < 0) return other;
        if (other) {
            said[i] = 0;
            other = words_of_any(own, size, &tables, &out, said + i);
            if (other < 0) return other;
        } else {
            int64_t before = out.count;
            drop_outer_apostrophes(folded, size);
            split(own, folded, size, ascii, seed, edges, &out);
            memset(alone + before, 0, out.count - before);
        }
    }
    first[articles] = out.count;
    return out.count;
}

/* ---- fingerprints ------------------------------------------------------------------------------------------- */

static const uint64_t NO_SHINGLE = ~0ull, K = 0x9FB21C651E98DF25u, MIX = 0xD6E8FEB86659FD93u;
enum { SHINGLE = 5, SHINGLE_ALONE = 8 };

WIDE static void fives_of(const uint64_t *words, int64_t count, uint64_t *values) {
    const uint64_t square = K * K;
    for (int64_t i = 0; i < count; i++) {
        uint64_t value = (words[i] * K + words[i + 1]) * square + (words[i + 2] * K + words[i + 3]);
        value = value * K + words[i + 4];
        values[i] = (value ^ value >> 32) * MIX;
    }
}

/* The shingle that begins at each word of one article. */
static void shingles_of(const uint64_t *words, const uint8_t *alone, int64_t count, uint64_t *values) {
    int64_t fives = count >= SHINGLE ? count - SHINGLE + 1 : 0;
    const uint64_t cube = K * K * K;
    fives_of(words, fives, values);
    for (int64_t i = fives; i < count; i++) values[i] = NO_SHINGLE;
    if (!alone) return;
    for (int64_t i = 0; i < fives; i++) {
        if (!alone[i]) continue;
        if (i + SHINGLE_ALONE > count) {
            values[i] = NO_SHINGLE;
        } else { /* values[i + 3] is not turned into an eight yet: it comes later */
            uint64_t value = values[i] * cube + values[i + 3];
            values[i] = (value ^ value >> 32) * MIX;
        }
    }
}

/* The shingle that begins at each word of some articles. */
void lineage_shingles(const uint64_t *words, const uint8_t *alone, const int64_t *first, int64_t articles,
                      uint64_t *values) {
    for (int64_t i = 0; i < articles; i++)
        shingles_of(words + first[i], alone ? alone + first[i] : NULL, first[i + 1] - first[i], values + first[i]);
}

/* A byte of each of the two words before a shingle and the two behind it; 0 where there is none. */
static uint32_t context(const uint64_t *words, int64_t count, int64_t place, int64_t length) {
    const int64_t at[4] = {place - 2, place - 1, place + length, place + length + 1};
    uint32_t bytes = 0;
    for (int k = 0; k < 4; k++)
        if (at[k] >= 0 && at[k] < count) bytes |= (uint32_t)(words[at[k]] >> 56) << 8 * k;
    return bytes;
}

/* Winnowing of the articles' words: the fingerprints' shingles, words (counted in their article) and contexts, all
 * articles' one after another, `counts[i]` of article i. `room` must hold the longest article's words. Returns their number. */
int64_t lineage_fingerprints(const uint64_t *words, const uint8_t *alone, const int64_t *first, int64_t articles,
                             int64_t window, uint64_t *room, uint64_t *values, int32_t *places, uint32_t *contexts,
                             int64_t *counts) {
    int64_t found = 0;
    for (int64_t i = 0; i < articles; i++) {
        int64_t count = first[i + 1] - first[i], begin = found, done = 0;
        shingles_of(words + first[i], alone ? alone + first[i] : NULL, count, room);
        int64_t width = count < window ? count : window;
        uint64_t least = NO_SHINGLE;
        int anew = 1; /* the least one left the window */
        for (int64_t low = 0; width && low + width <= count; low++) {
            if (anew) {
                least = NO_SHINGLE;
                for (int64_t k = low; k < low + width; k++) least = room[k] < least ? room[k] : least;
                for (int64_t k = low > done ? low : done; k < low + width && least != NO_SHINGLE; k++)
                    if (room[k] == least) values[found] = least, places[found++] = (int32_t)k, done = k + 1;
            } else {
                int64_t k = low + width - 1;
                if (room[k] <= least && room[k] != NO_SHINGLE) {
                    least = room[k];
                    values[found] = least, places[found++] = (int32_t)k, done = k + 1;
                }
            }
            anew = room[low] == least;
        }
        counts[i] = found - begin;
        for (int64_t k = begin; k < found; k++) {
            int wide = alone && alone[first[i] + places[k]];
            contexts[k] = context(words + first[i], count, places[k], wide ? SHINGLE_ALONE : SHINGLE);
        }
    }
    return found;
}

/* ---- groups of equal fingerprints ------------------------------------------------------------------------------ */

static void insert(uint64_t *keys, int64_t count) {
    for (int64_t i = 1; i < count; i++) {
        uint64_t key = keys[i];
        int64_t k = i;
        for (; k > 0 && keys[k - 1] > key; k--) keys[k] = keys[k - 1];
        keys[k] = key;
    }
}

static void merge(uint64_t *keys, int64_t count, uint64_t *room) {
    enum { RUN = 16 };
    for (int64_t low = 0; low < count; low += RUN) insert(keys + low, count - low < RUN ? count - low : RUN);
    for (int64_t width = RUN; width < count; width *= 2) {
        for (int64_t low = 0; low + width < count; low += 2 * width) {
            int64_t high = low + 2 * width < count ? low + 2 * width : count, i = 0, k = low + width, to = low;
            memcpy(room, keys + low, width * sizeof *keys);
            while (i < width && k < high) keys[to++] = keys[k] < room[i] ? keys[k++] : room[i++];
            while (i < width) keys[to++] = room[i++];
        }
    }
}

/* Scatter keys by `bits` bits from `shift` on; where each part ends to `ends`. Stable. */
static void scatter(const uint64_t *from, int64_t count, uint64_t *to, int shift, int bits, int64_t *ends) {
    int64_t parts = 1ll << bits, total = 0;
    uint64_t mask = parts - 1;
    memset(ends, 0, parts * sizeof *ends);
    for (int64_t i = 0; i < count; i++) ends[from[i] >> shift & mask]++;
    for (int64_t part = 0; part < parts; part++) {
        int64_t size = ends[part];
        ends[part] = total;
        total += size;
    }
    for (int64_t i = 0; i < count; i++) to[ends[from[i] >> shift & mask]++] = from[i];
}

/* Bits that part `count` keys into parts of about 2^small. */
static int bits_for(int64_t count, int small, int most) {
    int bits = 0;
    while (bits < most && count >> (bits + small)) bits++;
    return bits;
}

/* Sort keys whose upper bits are spread evenly; `room` holds as many. First into parts that fit the cache by the
 * uppermost bits, then each part by two digits more; the few keys that are still alike are put in order, and where they
 * are many they are merged, so that no input is slow. */
void lineage_sort(uint64_t *keys, int64_t count, uint64_t *room) {
    enum { MOST = 11, DIGIT = 8, FEW = 64 };
    int64_t outer[1 << MOST], inner[1 << DIGIT];
    int coarse = bits_for(count, 10, MOST), shift = 64 - coarse - 2 * DIGIT;
    if (!coarse) {
        merge(keys, count, room);
        return;
    }
    scatter(keys, count, room, 64 - coarse, coarse, outer);
    for (int64_t part = 0, low = 0; part < 1ll << coarse; low = outer[part++]) {
        int64_t size = outer[part] - low;
        uint64_t *own = room + low, *spare = keys + low;
        scatter(own, size, spare, shift, DIGIT, inner);
        scatter(spare, size, own, shift + DIGIT, DIGIT, inner);
        memcpy(spare, own, size * sizeof *own);
        for (int64_t first = 0, last; first < size; first = last) {
            for (last = first + 1; last < size && !((spare[first] ^ spare[last]) >> shift); last++) continue;
            if (last - first > FEW)
                merge(spare + first, last - first, own);
            else if (last - first > 1)
                insert(spare + first, last - first);
        }
    }
}

/* Of sorted keys, those equal to a neighbour above the low bits: the low bits to `members`, and where each group
 * begins to `opens` (one more than there are groups). Returns the number of members; *groups that of the groups. */
int64_t lineage_groups(const uint64_t *keys, int64_t count, uint64_t low, int64_t *members, int64_t *opens,
                       int64_t *groups) {
    int64_t found = 0, opened = 0;
    for (int64_t i = 0; i + 1 < count; i++) {
        if ((keys[i] ^ keys[i + 1]) > low) continue;
        opens[opened++] = found;
        members[found++] = (int64_t)(keys[i] & low);
        for (; i + 1 < count && (keys[i] ^ keys[i + 1]) <= low; i++) members[found++] = (int64_t)(keys[i + 1] & low);
    }
    opens[opened] = found;
    *groups = opened;
    return found;
}

/* ---- MinHash --------------------------------------------------------------------------------------------------- */

/* values[i][p] = min over the article's values v of factors[p] * v + summands[p] (mod 2^32). */
WIDE void lineage_signatures(const uint32_t *mixed, const int64_t *bounds, int64_t articles, const uint32_t *factors,
                             const uint32_t *summands, int64_t permutations, uint32_t *values) {
    for (int64_t i = 0; i < articles; i++) {
        const uint32_t *own = mixed + bounds[i];
        int64_t count = bounds[i + 1] - bounds[i];
        for (int64_t p = 0; p < permutations; p++) {
            uint32_t factor = factors[p], summand = summands[p], least = UINT32_MAX;
            for (int64_t k = 0; k < count; k++) {
                uint32_t value = own[k] * factor + summand;
                least = value < least ? value : least;
            }
            values[i * permutations + p] = least;
        }
    }
}

/* ---- look-ups ---------------------------------------------------------------------------------------------- */

/* Of values sorted within each low[i]:high[i], those that equal wanted[i]: from[i]:to[i]. Twin: segments.equal_range. */
void lineage_equal_range(const uint32_t *values, const int64_t *low, const int64_t *high, const uint32_t *wanted,
                         int64_t count, int64_t *from, int64_t *to) {
    for (int64_t i = 0; i < count; i++) {
        int64_t first = low[i], last = high[i];
        while (first < last) {
            int64_t middle = (first + last) >> 1;
            if (values[middle] < wanted[i])
                first = middle + 1;
            else
                last = middle;
        }
        from[i] = first;
        while (first < high[i] && values[first] == wanted[i])
            first++;
        to[i] = first;
    }
}
