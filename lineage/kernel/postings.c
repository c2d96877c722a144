/* The postings of many texts in the order of their fingerprints. */
#include "segments.h"
#include "words.h"

typedef struct {
    uint64_t key; /* of which 48 bits count */
    uint32_t article, word, context;
} Posting;

enum { BELOW = 16, SMALL = 11, COARSE = 10, DIGIT = 10 }; /* bits: below a key; of a part's size; at most, of parts; of a digit */

/* Put postings in the order of some bits of theirs; those that agree in these stay in their order. */
static void scatter(const Posting *from, int64_t count, Posting *to, int shift, int bits, int64_t *ends) {
    const int64_t parts = 1ll << bits;
    const uint64_t mask = parts - 1;
    int64_t total = 0;
    memset(ends, 0, parts * sizeof *ends);
    for (int64_t i = 0; i < count; i++) ends[from[i].key >> shift & mask]++;
    for (int64_t part = 0; part < parts; part++) {
        int64_t size = ends[part];
        ends[part] = total;
        total += size;
    }
    for (int64_t i = 0; i < count; i++) to[ends[from[i].key >> shift & mask]++] = from[i];
}

/* Sort postings that agree above their `upper` lower bits by digits, the lowest first; returns where they lie. */
static Posting *sorted(Posting *own, int64_t count, int upper, Posting *spare) {
    int64_t ends[1 << DIGIT];
    for (int shift = BELOW; shift < upper && count > 1; shift += DIGIT) {
        int bits = upper - shift < DIGIT ? upper - shift : DIGIT;
        scatter(own, count, spare, shift, bits, ends);
        Posting *other = own;
        own = spare, spare = other;
    }
    return own;
}

/* Columns of the postings of texts, article i's being the next counts[i], by key; those with one key stay in their order.
 * `room` holds twice as many. First into parts that the caches hold. Twin: rows.Rows.sorted. */
int64_t lineage_arrange(const uint64_t *hashes, const int32_t *words, const uint32_t *contexts, const int64_t *counts,
                        int64_t articles, int64_t count, Posting *room, uint64_t *keys, uint32_t *numbers,
                        uint32_t *places, uint32_t *beside) {
    int64_t next[1 << COARSE], ends[1 << COARSE];
    int coarse = 0;
    while (coarse < COARSE && count >> (coarse + SMALL)) coarse++;
    const int upper = 64 - coarse, shift = coarse ? upper : 0;
    const uint64_t mask = (1ull << coarse) - 1;
    memset(ends, 0, sizeof ends);
    for (int64_t i = 0; i < count; i++) ends[hashes[i] >> shift & mask]++;
    for (int64_t part = 0, total = 0; part <= (int64_t)mask; part++) {
        next[part] = total;
        ends[part] = total += ends[part];
    }
    for (int64_t article = 0, i = 0; article < articles; article++) {
        for (int64_t end = i + counts[article]; i < end; i++) {
            Posting *to = room + next[hashes[i] >> shift & mask]++;
            *to = (Posting){hashes[i], (uint32_t)article, (uint32_t)words[i], contexts[i]};
        }
    }
    for (int64_t part = 0, first = 0; part <= (int64_t)mask; first = ends[part++]) {
        const int64_t size = ends[part] - first;
        const Posting *own = sorted(room + first, size, upper, room + count);
        for (int64_t i = 0; i < size; i++) {
            keys[first + i] = own[i].key >> BELOW;
            numbers[first + i] = own[i].article;
            places[first + i] = own[i].word;
            beside[first + i] = own[i].context;
        }
    }
    return count;
}

/* ---- merging ------------------------------------------------------------------------------------------------------- */

/* The postings of some segments with the upper bits `first` to `last`, sorted; those with one key in the order of the
 * segments. Returns how many, -1 for too many segments. Twin: segments._merged. */
int64_t lineage_merge(const Segment *segments, int64_t count, int64_t first, int64_t last, uint64_t *keys,
                      uint32_t *numbers, uint32_t *places, uint32_t *beside) {
    int64_t at[SEGMENTS], end[SEGMENTS], to = 0;
    int open[SEGMENTS];
    if (count > SEGMENTS) return -1;
    for (int64_t bucket = first; bucket < last; bucket++) {
        int opened = 0;
        for (int k = 0; k < count; k++) {
            at[k] = segments[k].index[bucket];
            end[k] = segments[k].index[bucket + 1];
            if (at[k] < end[k]) open[opened++] = k;
        }
        while (opened) {
            int best = 0;
            uint32_t least = segments[open[0]].rest[at[open[0]]];
            for (int k = 1; k < opened; k++) {
                uint32_t other = segments[open[k]].rest[at[open[k]]];
                if (other < least) least = other, best = k;
            }
            const int own = open[best];
            const Segment *from = segments + own;
            const int64_t i = at[own]++;
            keys[to] = (uint64_t)bucket << 32 | least;
            numbers[to] = from->articles[i];
            places[to] = word_of(from, i);
            beside[to++] = from->contexts[i];
            if (at[own] == end[own]) {
                for (int k = best; k + 1 < opened; k++) open[k] = open[k + 1];
                opened--;
            }
        }
    }
    return to;
}
