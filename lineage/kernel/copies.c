/* Which groups of texts may hold many near copies of one, by their signatures. Twin: reprints._many in the archive. */
#include "words.h"

enum { VALUES = 32, KINDS = 256 }; /* of a signature; a value is a byte, 0 for none */

/* Whether `many` of the texts `texts[edges[g]:edges[g + 1]]` have one value in one place, for each group g. */
int64_t lineage_many(const uint8_t *values, const int64_t *texts, const int64_t *edges, int64_t groups, int64_t many,
                     uint8_t *found) {
    int64_t total = 0;
    for (int64_t group = 0; group < groups; group++) {
        found[group] = 0;
        if (edges[group + 1] - edges[group] < many) continue;
        uint32_t counts[VALUES][KINDS] = {{0}};
        uint8_t there = 0;
        for (int64_t i = edges[group]; i < edges[group + 1]; i++) {
            const uint8_t *own = values + texts[i] * VALUES;
            for (int k = 0; k < VALUES; k++) there |= (own[k] != 0) & (++counts[k][own[k]] >= many);
        }
        total += found[group] = there;
    }
    return total;
}
