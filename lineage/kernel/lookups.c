/* Fingerprints looked up in segments. */
#include <string.h>

#include "segments.h"
#include "words.h"

#define FEW 64 /* values that are all compared: fewer steps than to look for a place among them */
enum { LINE = 16, STEPS = 8, AHEAD = 16 }; /* values in a line of the cache; lines looked at; keys asked for beforehand */

/* Where a value is to be expected among values[low:high], which are spread evenly over all numbers. */
static inline int64_t expected(int64_t low, int64_t high, uint32_t wanted) {
    return low + (int64_t)((uint64_t)wanted * (uint64_t)(high - low) >> 32);
}

/* The first of values[low:high], which are sorted and spread evenly over all numbers, that is not below wanted: line by
 * line from where it is to be expected, and in a line without a branch. If it is not near there, by halving. */
static inline int64_t bound(const uint32_t *values, int64_t low, int64_t high, uint32_t wanted) {
    int64_t from = low, to = high;
    if (high - low > FEW) {
        int64_t at = expected(low, high, wanted), steps = 0;
        if (values[at] < wanted) {
            for (from = at; from + LINE < high && values[from + LINE] < wanted && steps < STEPS; steps++) from += LINE;
            to = from + LINE < high ? from + LINE : high;
        } else {
            for (to = at; to - LINE >= low && values[to - LINE] >= wanted && steps < STEPS; steps++) to -= LINE;
            from = to - LINE > low ? to - LINE : low;
        }
        if (steps == STEPS) from = low, to = high;
        while (to - from > FEW) {
            int64_t middle = (from + to) >> 1;
            if (values[middle] < wanted)
                from = middle + 1;
            else
                to = middle;
        }
    }
    uint32_t below = 0;
    for (int64_t i = from; i < to; i++) below += values[i] < wanted;
    return from + below;
}

/* Asks for the memory in which a key is to be expected. `index` tells where the keys with equal upper bits begin in
 * `values`, which are their lower 32 bits. */
static inline void ask_for(const uint32_t *values, const uint32_t *index, uint64_t key) {
    const uint64_t bucket = key >> 32;
    const uint32_t *at = values + expected(index[bucket], index[bucket + 1], (uint32_t)key);
    __builtin_prefetch(at - LINE), __builtin_prefetch(at), __builtin_prefetch(at + LINE);
}

/* From and to where a key stands. */
static inline int64_t place_of(const uint32_t *values, const uint32_t *index, uint64_t key, int64_t *to) {
    const uint64_t bucket = key >> 32;
    const uint32_t wanted = (uint32_t)key;
    const int64_t end = index[bucket + 1], from = bound(values, index[bucket], end, wanted);
    for (*to = from; *to < end && values[*to] == wanted;) ++*to;
    return from;
}

/* Which of some keys have postings, and from[i]:to[i] where: those with the upper bits b lie at index[b]:index[b + 1],
 * sorted by the lower 32 bits, which are `values`. Returns how many. Twin: segments.located. */
WIDE int64_t lineage_find(const uint32_t *values, const uint32_t *index, const uint64_t *keys, int64_t count,
                          int64_t *which, int64_t *from, int64_t *to) {
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++) {
        if (i + AHEAD < count) ask_for(values, index, keys[i + AHEAD]);
        which[found] = i;
        from[found] = place_of(values, index, keys[i], to + found);
        found += from[found] < to[found];
    }
    return found;
}

/* ---- holders of fingerprints --------------------------------------------------------------------------------------- */

enum { AT_ONCE = 256 }; /* keys looked up before their postings are read: these are asked for meanwhile */

typedef struct {
    uint32_t from[AT_ONCE], to[AT_ONCE];
} Hits;
_Static_assert(sizeof(Hits) == 2048, "as lookups.py counts on");

/* Looks some ascending keys up in a segment; of the postings of a key that `only[i]` is not negative for, those of that
 * article, which lie side by side. Adds their numbers to `total`. */
WIDE static void look(const Segment *own, const uint64_t *keys, const int64_t *only, int64_t count, Hits *hits,
                      int64_t *total) {
    for (int64_t i = 0; i < count; i++) {
        if (i + AHEAD < count) ask_for(own->rest, own->index, keys[i + AHEAD]);
        int64_t to, from = place_of(own->rest, own->index, keys[i], &to);
        if (only[i] >= 0) {
            while (from < to && own->articles[from] != only[i]) from++;
            int64_t last = from;
            while (last < to && own->articles[last] == only[i]) last++;
            to = last;
        }
        hits->from[i] = (uint32_t)from, hits->to[i] = (uint32_t)to;
        total[i] += to - from;
        if (from < to) {
            __builtin_prefetch(own->articles + from), __builtin_prefetch(own->contexts + from);
            __builtin_prefetch((const char *)own->words + (own->wide ? 4 : 2) * from);
        }
    }
}

/* The groups of two postings or more of each of some ascending keys: the fresh ones, `fresh[starts[i]:starts[i + 1]]`,
 * and then those of the segments, which `hits` has a place for each of. Begins with key `first` and ends before that whose
 * group has no room among `most` postings any more; says in `reached` which that is, how many postings there are, and how
 * many that group has. Returns how many groups there are. Twin: joining._gathered. */
int64_t lineage_holders(const Segment *segments, int64_t count, const uint64_t *keys, const int64_t *starts,
                       const int64_t *only, int64_t first, int64_t size, const uint32_t *articles,
                       const uint32_t *words, const uint32_t *contexts, Hits *hits, int64_t most, uint64_t *made_keys,
                       uint32_t *made_articles, uint32_t *made_words, uint32_t *made_contexts, uint64_t *group_keys,
                       int64_t *fresh, int64_t *sizes, int64_t *reached) {
    int64_t groups = 0, made = 0;
    for (int64_t low = first; low < size; low += AT_ONCE) {
        const int64_t some = size - low < AT_ONCE ? size - low : AT_ONCE;
        int64_t total[AT_ONCE];
        for (int64_t i = 0; i < some; i++) total[i] = starts[low + i + 1] - starts[low + i];
        for (int64_t k = 0; k < count; k++) look(segments + k, keys + low, only + low, some, hits + k, total);
        for (int64_t i = 0; i < some; i++) {
            if (total[i] < 2) continue;
            if (made + total[i] > most) {
                reached[0] = low + i, reached[1] = made, reached[2] = total[i];
                return groups;
            }
            const uint64_t key = keys[low + i];
            for (int64_t j = starts[low + i]; j < starts[low + i + 1]; j++, made++)
                made_articles[made] = articles[j], made_words[made] = words[j], made_contexts[made] = contexts[j];
            for (int64_t k = 0; k < count; k++)
                for (int64_t j = hits[k].from[i]; j < hits[k].to[i]; j++, made++) {
                    made_articles[made] = segments[k].articles[j], made_words[made] = word_of(segments + k, j);
                    made_contexts[made] = segments[k].contexts[j];
                }
            for (int64_t j = made - total[i]; j < made; j++) made_keys[j] = key;
            group_keys[groups] = key, fresh[groups] = starts[low + i + 1] - starts[low + i], sizes[groups++] = total[i];
        }
    }
    reached[0] = size, reached[1] = made, reached[2] = 0;
    return groups;
}
