/* MinHash signatures. */
#include "words.h"

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

