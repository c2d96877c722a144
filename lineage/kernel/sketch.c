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

WIDE static void lesser(const uint64_t *one, const uint64_t *other, int64_t count, uint64_t *restrict to) {
    for (int64_t i = 0; i < count; i++) to[i] = one[i] < other[i] ? one[i] : other[i];
}

WIDE static void greater(const uint64_t *one, const uint64_t *other, int64_t count, uint64_t *restrict to) {
    for (int64_t i = 0; i < count; i++) to[i] = one[i] > other[i] ? one[i] : other[i];
}

typedef void Fold(const uint64_t *, const uint64_t *, int64_t, uint64_t *restrict);

/* `fold` over every `window` values in a row, by doubling; `one` and `other` take turns, and that which holds the
 * result is returned. */
static uint64_t *sliding(const uint64_t *values, int64_t count, int64_t window, Fold *fold, uint64_t *one,
                         uint64_t *other) {
    int64_t width = 1;
    for (int64_t step; width < window || values != other; width += step, count -= step) {
        step = 2 * width <= window ? width : window - width;
        fold(values, values + step, count - step, one);
        uint64_t *made = one;
        one = other, other = made, values = made;
    }
    return other;
}

/* By what shingles are chosen: open ones, of whose first five words the middle one is the least, before all others. */
WIDE static void rank(const uint64_t *shingles, const uint64_t *words, int64_t count, uint64_t *restrict ranks) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t middle = words[i + 2], shingle = shingles[i];
        uint64_t open = (words[i] >= middle) & (words[i + 1] >= middle) & (words[i + 3] >= middle) &
                        (words[i + 4] >= middle) & (shingle != NO_SHINGLE);
        ranks[i] = open ? 1 : shingle;
    }
}

/* The fingerprints of one article's words: those shingles that are the first of some window. `room` holds five times
 * `count + 2 * window` numbers. Returns their number; their shingles and words are written, and one more. */
static int64_t winnow(const uint64_t *words, const uint8_t *alone, int64_t count, int64_t window, uint64_t *room,
                      uint64_t *values, int32_t *places) {
    if (count < window) window = count; /* a short article keeps its least */
    if (!window) return 0;
    int64_t size = count + 2 * window, found = 0;
    uint64_t *own = room, *ranks = room + size, *padded = ranks + size, *one = padded + size, *other = one + size;
    int64_t fives = count >= SHINGLE ? count - SHINGLE + 1 : 0;
    shingles_of(words, alone, count, own);
    rank(own, words, fives, ranks);
    for (int64_t i = fives; i < count; i++) ranks[i] = NO_SHINGLE;
    const uint64_t *least = sliding(ranks, count, window, lesser, one, other);
    memset(padded, 0, (window - 1) * sizeof *padded);
    memcpy(padded + window - 1, least, (count - window + 1) * sizeof *padded);
    memset(padded + count, 0, (window - 1) * sizeof *padded);
    const uint64_t *greatest = sliding(padded, count + window - 1, window, greater, one, other);
    for (int64_t i = 0; i < count; i++) {
        values[found] = own[i], places[found] = (int32_t)i;
        found += (ranks[i] == greatest[i]) & (ranks[i] != NO_SHINGLE);
    }
    return found;
}

/* A byte of each of the two words before a shingle and the two behind it; 0 where there is none. */
static uint32_t context(const uint64_t *words, int64_t count, int64_t place, int64_t length) {
    const int64_t at[4] = {place - 2, place - 1, place + length, place + length + 1};
    uint32_t bytes = 0;
    for (int k = 0; k < 4; k++)
        if (at[k] >= 0 && at[k] < count) bytes |= (uint32_t)(words[at[k]] >> 56) << 8 * k;
    return bytes;
}

static void contexts_of(const uint64_t *words, const uint8_t *alone, int64_t count, const int32_t *places,
                        int64_t found, uint32_t *contexts) {
    for (int64_t k = 0; k < found; k++)
        contexts[k] = context(words, count, places[k], alone && alone[places[k]] ? SHINGLE_ALONE : SHINGLE);
}

/* Winnowing of the articles' words: the fingerprints' shingles, words (counted in their article) and contexts, all
 * articles' one after another, `counts[i]` of article i, with room for one more. `room` must hold five times the words
 * of the longest article and two windows. Returns their number. */
int64_t lineage_fingerprints(const uint64_t *words, const uint8_t *alone, const int64_t *first, int64_t articles,
                             int64_t window, uint64_t *room, uint64_t *values, int32_t *places, uint32_t *contexts,
                             int64_t *counts) {
    int64_t found = 0;
    for (int64_t i = 0; i < articles; i++) {
        const uint64_t *own = words + first[i];
        const uint8_t *single = alone ? alone + first[i] : NULL;
        int64_t count = first[i + 1] - first[i];
        counts[i] = winnow(own, single, count, window, room, values + found, places + found);
        contexts_of(own, single, count, places + found, counts[i], contexts + found);
        found += counts[i];
    }
    return found;
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
    int64_t found = 0;
    for (int64_t i = 0; i < *done; i++) found += counts[i];
    for (int64_t i = *done; i < articles; *done = ++i) {
        Words own = {hashes, NULL, NULL, alone, 0};
        int64_t failed = words_of(&texts, i, &tables, &scratch, &own, said + i);
        if (failed) return failed;
        sizes[i] = own.count;
        const uint8_t *single = said[i] & HAS_ALONE ? alone : NULL;
        counts[i] = winnow(hashes, single, own.count, window, room, values + found, places + found);
        contexts_of(hashes, single, own.count, places + found, counts[i], contexts + found);
        found += counts[i];
    }
    return found;
}
