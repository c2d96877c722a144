/* Stretches that two articles probably share, from the fingerprints that both hold. Twin: lineage/overlap/candidates.py. */
#include "words.h"

typedef struct {
    int32_t right, shift, first, last;
    uint8_t kept; /* borne out by a word next to it, or by another seed */
} Stretch;
_Static_assert(sizeof(Stretch) == 20, "as kernel.segments counts on");

typedef struct {
    int64_t *left, *right, *shift, *first, *last;
    int64_t count;
} Segments;

static int borne_out(uint32_t one, uint32_t other) {
    const uint32_t differ = one ^ other;
    return !(differ & 0xFFu) | !(differ & 0xFF00u) | !(differ & 0xFF0000u) | !(differ & 0xFF000000u);
}

/* Joins each stretch to the one before it if that has the same shift and ends not too far before; in place. Returns how
 * many are left. */
static int64_t joined(Stretch *some, int64_t count, int64_t gap) {
    int64_t made = 0;
    for (int64_t k = 0; k < count; k++) {
        Stretch *before = some + made - 1;
        if (made && before->shift == some[k].shift && (int64_t)some[k].first - before->last <= gap)
            before->last = some[k].last, before->kept = 1;
        else
            some[made++] = some[k];
    }
    return made;
}

/* Appends the segments of one pair from its seeds, by their words in the left article; `room` holds as many again, and
 * `keys` twice as many. */
static void add_pair(int32_t left, Stretch *seeds, int64_t count, int64_t gap, uint64_t *keys, Stretch *room,
                     Segments *to) {
    count = joined(seeds, count, gap);
    if (count > 1) { /* by shift, and those of one as they are */
        for (int64_t k = 0; k < count; k++) keys[k] = (uint64_t)((uint32_t)seeds[k].shift ^ 1u << 31) << 32 | (uint64_t)k;
        merge_sort(keys, count, keys + count);
        for (int64_t k = 0; k < count; k++) room[k] = seeds[(uint32_t)keys[k]];
        count = joined(seeds = room, count, gap);
    }
    for (int64_t k = 0; k < count; k++) {
        if (!seeds[k].kept) continue;
        to->left[to->count] = left, to->right[to->count] = seeds[k].right, to->shift[to->count] = seeds[k].shift;
        to->first[to->count] = seeds[k].first, to->last[to->count++] = seeds[k].last;
    }
}

enum { AHEAD = 8 }; /* entries: so many ahead memory is asked for what will be read, which lies all over it */

/* The segments that start from some entries of fingerprints' holders, `order`, by posting: each with the `partners` entries
 * that follow it. `held` are the entries' postings, of which `articles`, `words` and `contexts` tell. Fingerprints at
 * most `gap` words apart are one stretch. `most` seeds start from one article; `keys` has room for twice, `stretches`
 * for three times as many. Returns how many segments there are. */
int64_t lineage_segments(const int32_t *articles, const int32_t *words, const uint32_t *contexts, const int32_t *held,
                         const int32_t *order, const int32_t *partners, int64_t count, int64_t gap, int64_t most,
                         uint64_t *keys, Stretch *stretches, int64_t *left, int64_t *right, int64_t *shift,
                         int64_t *first, int64_t *last) {
    Segments found = {left, right, shift, first, last, 0};
    Stretch *sorted = stretches + most, *room = sorted + most;
    for (int64_t i = 0, next; i < count; i = next) {
        const int32_t own = articles[held[order[i]]];
        int64_t seeds = 0;
        for (next = i; next < count && articles[held[order[next]]] == own; next++) {
            const int32_t *others = held + order[next], posting = *others;
            if (next + 2 * AHEAD < count) {
                __builtin_prefetch(held + order[next + 2 * AHEAD]);
                if (partners[next + AHEAD]) {
                    const int32_t other = held[order[next + AHEAD] + 1];
                    __builtin_prefetch(articles + other), __builtin_prefetch(words + other);
                    __builtin_prefetch(contexts + other);
                }
            }
            for (int32_t k = 1; k <= partners[next]; k++) {
                const int32_t other = others[k];
                if (articles[other] == own) continue;
                keys[seeds] = (uint64_t)articles[other] << 32 | (uint64_t)seeds;
                stretches[seeds++] = (Stretch){articles[other], words[posting] - words[other], words[posting],
                                               words[posting], (uint8_t)borne_out(contexts[posting], contexts[other])};
            }
        }
        merge_sort(keys, seeds, keys + most);
        for (int64_t k = 0; k < seeds; k++) sorted[k] = stretches[(uint32_t)keys[k]];
        for (int64_t k = 0, stop; k < seeds; k = stop) {
            for (stop = k + 1; stop < seeds && sorted[stop].right == sorted[k].right; stop++) continue;
            add_pair(own, sorted + k, stop - k, gap, keys, room, &found);
        }
    }
    return found.count;
}
