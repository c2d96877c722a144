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

enum { AT_ONCE = 256 }; /* keys looked up before their postings are read: these are asked for meanwhile */

typedef struct {
    uint32_t from[AT_ONCE], to[AT_ONCE];
} Hits;
_Static_assert(sizeof(Hits) == 2048, "as lookups.py counts on");

typedef struct { /* blocks that were read and never compared with their checksums: segment << 32 | block */
    int64_t *blocks, count, most;
    int full;
} Unseen;

/* Notes those blocks of a segment, of which this is the number, that hold what stands from `low` to `high`. */
static inline void note(const Segment *own, int64_t number, const void *low, const void *high, Unseen *unseen) {
    const int64_t last = ((const char *)high - 1 - own->begin) / BLOCK;
    for (int64_t block = ((const char *)low - own->begin) / BLOCK; block <= last; block++) {
        if (own->seen[block]) continue;
        if (unseen->count == unseen->most)
            unseen->full = 1;
        else
            unseen->blocks[unseen->count++] = number << 32 | block;
    }
}

/* The same of all columns of the postings `from` to `to`. */
static void note_postings(const Segment *own, int64_t number, int64_t from, int64_t to, Unseen *unseen) {
    const char *words = own->words;
    const int width = own->wide ? 4 : 2;
    note(own, number, own->articles + from, own->articles + to, unseen);
    note(own, number, words + width * from, words + width * to, unseen);
    note(own, number, own->contexts + from, own->contexts + to, unseen);
    if (!own->starts) return;
    note(own, number, own->starts + from, own->starts + to, unseen);
    note(own, number, own->lengths + from, own->lengths + to, unseen);
}

/* Looks some ascending keys up in a segment; of the postings of a key that `only[i]` is not negative for, those of that
 * article, which lie side by side. Adds their numbers to `total`. */
WIDE static void look(const Segment *own, int64_t number, const uint64_t *keys, const int64_t *only, int64_t count,
                      Hits *hits, int64_t *total, Unseen *unseen) {
    for (int64_t i = 0; i < count; i++) {
        if (i + AHEAD < count) ask_for(own->rest, own->index, keys[i + AHEAD]);
        int64_t to, from = place_of(own->rest, own->index, keys[i], &to);
        if (own->seen) {
            const uint32_t *bucket = own->index + (keys[i] >> 32);
            if (bucket[0] < bucket[1]) note(own, number, own->rest + bucket[0], own->rest + bucket[1], unseen);
            if (from < to) note_postings(own, number, from, to, unseen);
        }
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

/* Copies the fresh postings `from` to `to` behind those that were made; how many are made then. */
static int64_t copy_fresh(const Postings *fresh, int64_t from, int64_t to, const Postings *made, int64_t done) {
    for (int64_t j = from; j < to; j++, done++) {
        made->articles[done] = fresh->articles[j], made->words[done] = fresh->words[j];
        made->contexts[done] = fresh->contexts[j];
        if (made->starts) made->starts[done] = fresh->starts[j], made->lengths[done] = fresh->lengths[j];
    }
    return done;
}

/* The same of a segment's. */
static int64_t copy_held(const Segment *own, int64_t from, int64_t to, const Postings *made, int64_t done) {
    for (int64_t j = from; j < to; j++, done++) {
        made->articles[done] = own->articles[j], made->words[done] = word_of(own, j);
        made->contexts[done] = own->contexts[j];
        if (made->starts) made->starts[done] = own->starts[j], made->lengths[done] = own->lengths[j];
    }
    return done;
}

/* The groups of `least` postings or more of each of some ascending keys: the fresh ones, `starts[i]` to `starts[i + 1]`,
 * and then those of the segments, which `hits` has a place for each of. Begins with key `reached[0]` and ends before that
 * whose group has no room among `most` postings any more, or which would read more than `blocks` blocks that were never
 * compared with their checksums; says in `reached` which that is, how many postings there are, how many that group has,
 * and how many such blocks were read. Nothing is to be believed before these are compared. Returns how many groups there
 * are; of each, `which` key, how many are `of_fresh`, and of what size it is. Twin: looking._twin. */
int64_t lineage_holders(int64_t count, int64_t size, int64_t least, int64_t most, int64_t blocks,
                        const Segment *segments, const uint64_t *keys, const int64_t *starts, const int64_t *only,
                        const Postings *fresh, Hits *hits, const Postings *made, int64_t *which, int64_t *of_fresh,
                        int64_t *sizes, int64_t *unseen, int64_t *reached) {
    int64_t groups = 0, done = 0;
    Unseen left = {unseen, 0, blocks, 0};
    for (int64_t low = reached[0]; low < size; low += AT_ONCE) {
        const int64_t some = size - low < AT_ONCE ? size - low : AT_ONCE;
        int64_t total[AT_ONCE];
        for (int64_t i = 0; i < some; i++) total[i] = starts[low + i + 1] - starts[low + i];
        for (int64_t k = 0; k < count; k++)
            look(segments + k, k, keys + low, only + low, some, hits + k, total, &left);
        if (left.full) {
            reached[0] = low, reached[1] = done, reached[2] = 0, reached[3] = left.count;
            return groups;
        }
        for (int64_t i = 0; i < some; i++) {
            if (total[i] < least) continue;
            if (done + total[i] > most) {
                reached[0] = low + i, reached[1] = done, reached[2] = total[i], reached[3] = left.count;
                return groups;
            }
            const int64_t begin = done, from = starts[low + i], to = starts[low + i + 1];
            done = copy_fresh(fresh, from, to, made, done);
            for (int64_t k = 0; k < count; k++)
                done = copy_held(segments + k, hits[k].from[i], hits[k].to[i], made, done);
            for (int64_t j = begin; j < done; j++) made->keys[j] = keys[low + i];
            which[groups] = low + i, of_fresh[groups] = to - from, sizes[groups++] = done - begin;
        }
    }
    reached[0] = size, reached[1] = done, reached[2] = 0, reached[3] = left.count;
    return groups;
}
