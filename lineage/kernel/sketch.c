/* Shingles of words and the fingerprints among them. Twins: lineage/overlap/shingles.py, lineage/overlap/winnow.py. */
#include "words.h"

static const uint64_t K = 0x9FB21C651E98DF25u, MIX = 0xD6E8FEB86659FD93u;
enum { SHINGLE = 5, SHINGLE_ALONE = 8 };

WIDE static void fives_of(const uint64_t *words, int64_t count, uint64_t *restrict values) {
    const uint64_t square = K * K;
    for (int64_t i = 0; i < count; i++) {
        uint64_t value = (words[i] * K + words[i + 1]) * square + (words[i + 2] * K + words[i + 3]);
        value = value * K + words[i + 4];
        values[i] = (value ^ value >> 32) * MIX;
    }
}

void shingles_of(const uint64_t *words, const uint8_t *alone, int64_t count, uint64_t *values) {
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

/* ---- winnowing ------------------------------------------------------------------------------------------------- */

/* What is made of one article: its words, some of their shingles, and the fingerprints among these. */
typedef struct {
    const uint64_t *words;
    const uint8_t *alone; /* may be NULL */
    int64_t count;
} Article;

typedef struct {
    uint64_t *values;
    int32_t *places;
    uint32_t *contexts;
    int64_t count;
} Prints;

static inline uint64_t five(const uint64_t *words) {
    uint64_t value = (words[0] * K + words[1]) * (K * K) + (words[2] * K + words[3]);
    value = value * K + words[4];
    return (value ^ value >> 32) * MIX;
}

/* The shingle that begins at a word, or NO_SHINGLE: one of those of `shingles_of`. */
static inline uint64_t shingle_at(const Article *own, int64_t i) {
    int64_t length = own->alone && own->alone[i] ? SHINGLE_ALONE : SHINGLE;
    if (i + length > own->count) return NO_SHINGLE;
    uint64_t value = five(own->words + i);
    if (length == SHINGLE) return value;
    value = value * (K * K * K) + five(own->words + i + 3);
    return (value ^ value >> 32) * MIX;
}

/* Appends a fingerprint with its context, a byte of each of the two words before it and the two behind; 0 where there
 * is none. */
static inline void keep(const Article *own, int64_t place, uint64_t value, Prints *to) {
    const int64_t behind = place + (own->alone && own->alone[place] ? SHINGLE_ALONE : SHINGLE);
    const int64_t at[4] = {place - 2, place - 1, behind, behind + 1};
    uint32_t bytes = 0;
    for (int k = 0; k < 4; k++)
        if (at[k] >= 0 && at[k] < own->count) bytes |= (uint32_t)(own->words[at[k]] >> 56) << 8 * k;
    to->values[to->count] = value, to->places[to->count] = (int32_t)place, to->contexts[to->count++] = bytes;
}

/* Appends the least shingles of the windows that lie between two open ones, `low` to `high`; `room` holds as many. */
static void keep_least(const Article *own, int64_t low, int64_t high, int64_t window, uint64_t *room, Prints *to) {
    int64_t size = high - low, least = -1; /* the last of those that are the least in a window */
    for (int64_t k = 0; k < size; k++) room[k] = shingle_at(own, low + k);
    for (int64_t end = window - 1; end < size; end++) {
        int64_t k = end;
        if (least < end - window + 1) {
            least = k = end - window + 1;
            for (int64_t m = k + 1; m <= end; m++)
                if (room[m] < room[least]) least = k = m;
        }
        for (const uint64_t value = room[least] < room[k] ? room[least] : room[k]; k <= end; k++) {
            if (room[k] != value) continue;
            least = k;
            if (value != NO_SHINGLE) keep(own, low + k, value, to);
        }
    }
}

/* Whether the middle one of five words is the least, by 32 bits of each: where it is not, the shingle is not open. */
WIDE static void least_of_five(const uint64_t *words, int64_t count, uint32_t *restrict tops, uint8_t *restrict least) {
    for (int64_t i = 0; i < count + SHINGLE - 1; i++) tops[i] = (uint32_t)(words[i] >> 32);
    for (int64_t i = 0; i < count; i++) {
        uint32_t one = tops[i] < tops[i + 1] ? tops[i] : tops[i + 1];
        uint32_t other = tops[i + 3] < tops[i + 4] ? tops[i + 3] : tops[i + 4];
        least[i] = tops[i + 2] <= (one < other ? one : other) ? 0xFF : 0;
    }
}

/* Which of 64 bytes, each 0 or 0xFF, are set. */
static inline uint64_t set_bytes(const uint8_t *at) {
    uint64_t mask = 0;
#if defined(__SSE2__)
    for (int k = 0; k < 4; k++)
        mask |= (uint64_t)(uint16_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)at + k)) << 16 * k;
#else
    for (int k = 0; k < 64; k++) mask |= (uint64_t)(at[k] & 1) << k;
#endif
    return mask;
}

static inline int is_open(const uint64_t *words) {
    uint64_t middle = words[2];
    return (words[0] >= middle) & (words[1] >= middle) & (words[3] >= middle) & (words[4] >= middle);
}

/* Appends the fingerprints of one article's words: the open shingles, of whose first five words the middle one is the
 * least, and of every window without one the least. `room` holds twice `count` numbers and `SLACK` more. */
static void winnow(const Article *own, int64_t window, uint64_t *room, Prints *to) {
    const int64_t count = own->count, fives = count >= SHINGLE ? count - SHINGLE + 1 : 0;
    uint32_t *tops = (uint32_t *)(room + count);
    uint8_t *least = (uint8_t *)(tops + count);
    int64_t from = 0; /* behind the last open one */
    if (count < window) window = count; /* a short article keeps its least */
    least_of_five(own->words, fives, tops, least);
    memset(least + fives, 0, 64);
    for (int64_t base = 0; base < fives; base += 64) {
        for (uint64_t some = set_bytes(least + base); some; some &= some - 1) {
            const int64_t i = base + __builtin_ctzll(some);
            const uint64_t value = shingle_at(own, i);
            if (!is_open(own->words + i) || value == NO_SHINGLE) continue;
            if (i - from >= window) keep_least(own, from, i, window, room, to);
            keep(own, i, value, to);
            from = i + 1;
        }
    }
    if (count && count - from >= window) keep_least(own, from, count, window, room, to);
}

/* Winnowing of the articles' words: the fingerprints' shingles, words (counted in their article) and contexts, all
 * articles' one after another, `counts[i]` of article i. `room` must hold twice as many numbers as the longest article
 * has words, and 64 more. Returns their number. */
int64_t lineage_fingerprints(const uint64_t *words, const uint8_t *alone, const int64_t *first, int64_t articles,
                             int64_t window, uint64_t *room, uint64_t *values, int32_t *places, uint32_t *contexts,
                             int64_t *counts) {
    Prints made = {values, places, contexts, 0};
    for (int64_t i = 0; i < articles; i++) {
        const Article own = {words + first[i], alone ? alone + first[i] : NULL, first[i + 1] - first[i]};
        int64_t before = made.count;
        winnow(&own, window, room, &made);
        counts[i] = made.count - before;
    }
    return made.count;
}

/* The fingerprints of articles' texts; where their words are does not matter, and they are gone with the article.
 * `hashes` and `alone` hold the words of the longest article, `sizes` tells how many each article has; the rest is as
 * for `lineage_words` and `lineage_fingerprints`. Returns the number of fingerprints, or -1 - page; the next call goes on after `*done`
 * articles. */
int64_t lineage_sketch(const uint8_t *text, const int64_t *bounds, const uint8_t *narrow, int64_t articles, const uint8_t *kinds,
                       const uint32_t *folds, const uint32_t (*longer)[3], uint64_t seed, int64_t longest,
                       uint8_t *bytes, int32_t *edges, uint64_t *hashes, uint8_t *alone, uint8_t *said, int64_t window,
                       uint64_t *room, uint64_t *values, int32_t *places, uint32_t *contexts, int64_t *counts,
                       int64_t *done, int64_t *sizes) {
    Tables tables = {kinds, folds, longer, seed};
    Texts texts = {text, bounds, narrow};
    Scratch scratch = {bytes, edges, longest};
    Prints made = {values, places, contexts, 0};
    for (int64_t i = 0; i < *done; i++) made.count += counts[i];
    for (int64_t i = *done; i < articles; *done = ++i) {
        Words found = {hashes, NULL, NULL, alone, 0, NULL, 0};
        int64_t failed = words_of(&texts, i, &tables, &scratch, &found, said + i), before = made.count;
        if (failed) return failed;
        const Article own = {hashes, said[i] & HAS_ALONE ? alone : NULL, sizes[i] = found.count};
        winnow(&own, window, room, &made);
        counts[i] = made.count - before;
    }
    return made.count;
}
