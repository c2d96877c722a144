/* Folded words of texts in UTF-8. Twin: lineage/text/tokens.py.
 *
 * Every function of the kernel has a twin in numpy that gives the same values bit for bit; the tests hold the two
 * against each other. Nothing is allocated here: the caller owns every buffer.
 */
#include "words.h"

int64_t lineage_edition(void) { return 14; } /* another number whenever a function's arguments or values change */

static const uint64_t K1 = 0xBF58476D1CE4E5B9u, K2 = 0x94D049BB133111EBu;
static const uint32_t LONG = 0x80000000u;

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
        uint32_t code = code_of(text + i, &length);
        uint8_t entry = tables->kinds[code];
        if (entry == UNKNOWN) return -1 - (int64_t)(code / PAGE);
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
                if (utf8_of(fold, bytes) != length) return 1;
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

/* Where words begin and end, in turn, in a folded text of `size` bytes that is padded with blanks: bytes. Eight at a time
 * are written, whether there are as many or not, so that no branch is hard to foresee. Returns their number. */
WIDE static int64_t edges_of(const uint8_t *folded, int64_t size, int32_t *edges) {
    const uint64_t last = 1ull << 63;
    uint64_t carry = 0;
    int64_t count = 0;
    for (int64_t base = 0; base <= size; base += 64) {
        uint64_t mask = ~blanks(folded + base), changes = mask ^ (mask << 1 | carry);
        int32_t *to = edges + count;
        carry = mask >> 63;
        count += __builtin_popcountll(changes);
        while (changes) {
            for (int k = 0; k < 8; k++, changes &= changes - 1)
                *to++ = (int32_t)(base + __builtin_ctzll(changes | last));
        }
    }
    return count;
}

/* Bytes of a text become characters, in place. */
WIDE static void count_characters(const uint8_t *text, int32_t *edges, int64_t count) {
    int32_t base = 0, before = 0; /* trailing bytes before the block */
    for (int64_t k = 0; k < count; base += 64) {
        uint64_t later = trailing(text + base);
        for (; k < count && edges[k] < base + 64; k++)
            edges[k] -= before + __builtin_popcountll(later & ((1ull << (edges[k] - base)) - 1));
        before += __builtin_popcountll(later);
    }
}

WIDE static void hash_words(const uint8_t *folded, const int32_t *edges, int64_t words, uint64_t seed,
                            uint64_t *hashes) {
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
        uint64_t hash = one ^ ((one ^ two) & -(uint64_t)(rest > 0)); /* no branch: half of the words are long */
        hashes[k] = hash ^ hash >> 32;
    }
}

static int64_t least_of(int64_t one, int64_t other) { return one < other ? one : other; }

/* The words of a folded text, of which *from is the first that is kept; offsets count `text`'s characters. Returns how
 * many are kept. */
static int64_t split(const uint8_t *text, const uint8_t *folded, int64_t size, int ascii, uint64_t seed, int32_t *edges,
                     int64_t *from, Words *out) {
    int64_t words = out->size = edges_of(folded, size, edges) / 2, first = 0, last = words;
    if (out->kept) first = least_of(out->kept[0], words), last = least_of(out->kept[1], words);
    if (last < first) last = first;
    const int32_t *own = edges + 2 * first;
    words = last - first;
    hash_words(folded, own, words, seed, out->hashes + out->count);
    memset(out->alone + out->count, 0, words);
    if (out->starts) {
        if (!ascii) count_characters(text, edges, 2 * last);
        for (int64_t k = 0; k < words; k++) {
            out->starts[out->count + k] = own[2 * k];
            out->ends[out->count + k] = own[2 * k + 1];
        }
    }
    out->count += words;
    *from = first;
    return words;
}

/* Of the words from `begin` on, which are all of an article, those that are kept. */
static void keep(int64_t begin, Words *out) {
    int64_t size = out->size = out->count - begin;
    if (!out->kept) return;
    int64_t first = least_of(out->kept[0], size), words = least_of(out->kept[1], size) - first, from = begin + first;
    out->count = begin + (words > 0 ? words : 0);
    if (words <= 0) return;
    memmove(out->hashes + begin, out->hashes + from, words * sizeof *out->hashes);
    memmove(out->alone + begin, out->alone + from, words);
    if (!out->starts) return;
    memmove(out->starts + begin, out->starts + from, words * sizeof *out->starts);
    memmove(out->ends + begin, out->ends + from, words * sizeof *out->ends);
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

static uint64_t hash_of(const Open *word, uint64_t seed) {
    uint64_t hash = word->length <= 8 ? (word->part ^ seed) * K1
                                      : (word->part ^ (word->hash ^ word->hash >> 32)) * K2;
    return hash ^ hash >> 32;
}

static void closed(Open *word, uint64_t seed, Words *out) {
    if (!word->length) return;
    out->hashes[out->count] = hash_of(word, seed);
    if (out->starts) out->starts[out->count] = word->start, out->ends[out->count] = word->end;
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
        uint32_t code = code_of(text + i, &length);
        uint8_t entry = tables->kinds[code];
        if (entry == UNKNOWN) return -1 - (int64_t)(code / PAGE);
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
            for (int k = 0; k < 3 && row[k]; k++) append(&word, bytes, utf8_of(row[k], bytes), tables->seed);
        } else {
            append(&word, bytes, utf8_of(fold, bytes), tables->seed);
        }
        word.end = character + 1;
    }
    closed(&word, tables->seed, out);
    return 0;
}

/* ---- words of a text of one byte a character ------------------------------------------------------------------- */

/* Folded as ASCII is, and the letters of Latin-1 small, but for the sharp s. Returns the OR of all bytes. */
WIDE static uint8_t fold_narrow(const uint8_t *text, int64_t size, uint8_t *to) {
    uint8_t all = 0;
    for (int64_t i = 0; i < size; i++) {
        uint8_t byte = text[i], small = byte | 0x20;
        uint8_t sign = (byte == TIMES) | (byte == DIVIDED), sharp = byte == SHARP;
        uint8_t letter = ((uint8_t)(small - 'a') < 26) | ((byte >= 0xC0) & !sign & !sharp);
        uint8_t stays = ((uint8_t)(byte - '0') < 10) | (byte == APOSTROPHE) | sharp;
        uint8_t fold = letter ? small : stays ? byte : BLANK;
        to[i] = fold;
        all |= fold;
    }
    return all;
}

/* The hash of a word of such a text: that of its UTF-8, with ss for the sharp s. */
static uint64_t hashed_narrow(const uint8_t *at, int64_t length, uint64_t seed) {
    Open word = {0};
    for (int64_t k = 0; k < length; k++) {
        uint8_t bytes[4] = {'s', 's'};
        append(&word, bytes, at[k] == SHARP ? 2 : utf8_of(at[k], bytes), seed);
    }
    return hash_of(&word, seed);
}

/* The same of a word that has no more than 16 bytes in UTF-8, or 0 for another. */
static inline uint64_t hashed_short(const uint8_t *at, int64_t length, uint64_t seed) {
#if defined(__SIZEOF_INT128__)
    const unsigned __int128 one = 1;
    const uint64_t tops = 0x8080808080808080u;
    if (length > 15) return 0;
    unsigned __int128 value = (unsigned __int128)masked(eight(at + 8), length > 8 ? length - 8 : 0) << 64 |
                              masked(eight(at), length);
    for (int from = 0; from < 16;) {
        unsigned __int128 rest = value >> 8 * from;
        uint64_t low = (uint64_t)rest & tops, high = (uint64_t)(rest >> 64) & tops;
        if (!(low | high)) break;
        from += (low ? __builtin_ctzll(low) : 64 + __builtin_ctzll(high)) / 8;
        if (++length > 16) return 0;
        uint8_t byte = (uint8_t)(value >> 8 * from);
        uint64_t two = byte == SHARP ? 's' | 's' << 8 : 0xC3 | (0x80u | (byte & 63u)) << 8;
        unsigned __int128 before = value & ((one << 8 * from) - 1), after = from < 14 ? value >> 8 * (from + 1) << 8 * (from + 2) : 0;
        value = before | (unsigned __int128)two << 8 * from | after;
        from += 2;
    }
    uint64_t hash = ((uint64_t)value ^ seed) * K1;
    if (length > 8) hash = ((uint64_t)(value >> 64) ^ (hash ^ hash >> 32)) * K2;
    return hash ^ hash >> 32;
#else
    return 0;
#endif
}

/* Hashes anew those of the words `first` to `last` that have characters beyond ASCII. At an odd number of edges before a
 * place it is in a word. */
WIDE static void hash_beyond(const uint8_t *folded, int64_t size, const int32_t *edges, int64_t first, int64_t last,
                             uint64_t seed, uint64_t *hashes) {
    uint64_t carry = 0;
    for (int64_t base = 0, count = 0, done = first; base < size && done < last; base += 64) {
        uint64_t mask = ~blanks(folded + base), changes = mask ^ (mask << 1 | carry);
        for (uint64_t high = beyond(folded + base); high; high &= high - 1) {
            int64_t word = (count + __builtin_popcountll(changes & (high ^ (high - 1)))) / 2;
            if (word < done) continue;
            if (word >= last) return;
            const uint8_t *own = folded + edges[2 * word];
            int64_t length = edges[2 * word + 1] - edges[2 * word];
            uint64_t hash = hashed_short(own, length, seed);
            hashes[word - first] = hash ? hash : hashed_narrow(own, length, seed);
            done = word + 1;
        }
        carry = mask >> 63;
        count += __builtin_popcountll(changes);
    }
}

static void words_of_narrow(const uint8_t *text, int64_t size, uint64_t seed, const Scratch *scratch, Words *out) {
    uint8_t *folded = scratch->bytes + PAD;
    uint64_t *hashes = out->hashes + out->count;
    int ascii = fold_narrow(text, size, folded) < 0x80;
    memset(folded - PAD, BLANK, PAD);
    memset(folded + size, BLANK, 2 * PAD);
    drop_outer_apostrophes(folded, size);
    int64_t first, words = split(text, folded, size, 1, seed, scratch->edges, &first, out);
    if (!ascii) hash_beyond(folded, size, scratch->edges, first, first + words, seed, hashes);
}

int64_t words_of(const Texts *texts, int64_t i, const Tables *tables, const Scratch *scratch, Words *out, uint8_t *said) {
    const uint8_t *text = texts->bytes + texts->bounds[i];
    uint8_t *folded = scratch->bytes + PAD, *copy = folded + scratch->longest + 2 * PAD;
    int64_t straight, size = texts->bounds[i + 1] - texts->bounds[i];
    int64_t first, begin = out->count;
    *said = 0;
    if (texts->narrow && texts->narrow[i]) {
        words_of_narrow(text, size, tables->seed, scratch, out);
        return 0;
    }
    int ascii = fold_ascii(text, size, folded) < 0x80;
    if (!ascii && (straight = straighten(text, size, copy)) >= 0) {
        text = copy, size = straight;
        ascii = fold_ascii(text, size, folded) < 0x80;
    }
    memset(folded - PAD, BLANK, PAD);
    memset(folded + size, BLANK, 2 * PAD);
    int64_t other = ascii ? 0 : fold_in_place(text, size, folded, tables, said);
    if (other < 0) return other;
    if (other) {
        *said = 0;
        int64_t failed = words_of_any(text, size, tables, out, said);
        if (!failed) keep(begin, out);
        return failed;
    }
    drop_outer_apostrophes(folded, size);
    split(text, folded, size, ascii, tables->seed, scratch->edges, &first, out);
    return 0;
}

/* The words of some articles, which are given as in `Texts`: of article i those from kept[2 * i] to kept[2 * i + 1], or
 * all where `kept` is NULL; how many it has goes to sizes[i]. The words of article i become
 * `first[i]:first[i + 1]` of the columns, and `said[i]` tells whether it is loose (must be composed first if it is not
 * in normal form C) and whether it has words that are one character of a script without spaces.
 * `bytes` and `edges` are scratch for the longest article. Returns the number of
 * words, or -1 - page for a page of code points that the tables lack; the next call goes on after `*done` articles. */
int64_t lineage_words(const uint8_t *text, const int64_t *bounds, const uint8_t *narrow, int64_t articles,
                      const uint8_t *kinds, const uint32_t *folds, const uint32_t (*longer)[3], uint64_t seed, int64_t longest,
                      uint8_t *bytes, int32_t *edges, uint64_t *hashes, int32_t *starts, int32_t *ends, uint8_t *alone,
                      int64_t *first, uint8_t *said, int64_t *done, const int64_t *kept, int64_t *sizes) {
    Tables tables = {kinds, folds, longer, seed};
    Texts texts = {text, bounds, narrow};
    Scratch scratch = {bytes, edges, longest};
    Words out = {hashes, starts, ends, alone, *done ? first[*done] : 0, NULL, 0};
    for (int64_t i = *done; i < articles; *done = ++i) {
        first[i] = out.count;
        if (kept) out.kept = kept + 2 * i;
        int64_t failed = words_of(&texts, i, &tables, &scratch, &out, said + i);
        if (failed) return failed;
        sizes[i] = out.size;
    }
    return first[articles] = out.count;
}
