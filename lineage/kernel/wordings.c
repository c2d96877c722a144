/* Whether one of some wordings stands in a text; the twin is `in`, see lineage/text/phrases.py. */
#include <stdint.h>
#include <string.h>

#define LEAST 3 /* bytes of a wording */

static uint32_t opening(const uint8_t *at) {
    return (((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16) * 2654435761u) >> 16;
}

/* Which openings there are, a bit each, uint8[8192], zeroed before. Wording k is `wordings[bounds[k]:bounds[k + 1]]`,
 * `LEAST` bytes at least. */
int64_t lineage_openings(const uint8_t *wordings, const int64_t *bounds, int64_t count, uint8_t *marked) {
    for (int64_t k = 0; k < count; k++) {
        const uint32_t own = opening(wordings + bounds[k]);
        marked[own >> 3] |= (uint8_t)(1u << (own & 7));
    }
    return count;
}

/* Whether a text of so many bytes has one of the wordings in it. */
int64_t lineage_stands(const uint8_t *text, int64_t size, const uint8_t *wordings, const int64_t *bounds, int64_t count,
                       const uint8_t *marked) {
    for (int64_t i = 0; i + LEAST <= size; i++) {
        const uint32_t own = opening(text + i);
        if (!(marked[own >> 3] >> (own & 7) & 1)) continue;
        for (int64_t k = 0; k < count; k++) {
            const int64_t length = bounds[k + 1] - bounds[k];
            if (i + length <= size && !memcmp(text + i, wordings + bounds[k], (size_t)length)) return 1;
        }
    }
    return 0;
}
