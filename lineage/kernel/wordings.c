/* Whether one of some wordings stands in a text, and which words do; for the twins see lineage/text/phrases.py. */
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

enum { CHAINS = 4096 };

static int plain(uint8_t byte) { return (uint8_t)((byte | 32) - 'a') < 26 || (uint8_t)(byte - '0') < 10 || byte == '_'; }

/* The piece that begins at a place, letters and figures of ASCII or one other character, goes to `end`. Returns in which
 * chain the words are that begin with it. */
static uint32_t piece(const uint8_t *text, int64_t size, int64_t at, int64_t *end) {
    uint32_t hash = text[at];
    int64_t k = at + 1;
    if (plain(text[at]))
        for (; k < size && plain(text[k]); k++) hash = (hash << 5 | hash >> 27) ^ text[k];
    else
        for (; k < size && (text[k] & 0xC0) == 0x80; k++) hash = (hash << 5 | hash >> 27) ^ text[k];
    *end = k;
    return (hash * 2654435761u) >> 20;
}

/* Puts words into chains by their first piece: the first of each chain goes to first[CHAINS], which is -1 before, what
 * comes behind each to next[count]. Word k is `words[bounds[k]:bounds[k + 1]]`. */
int64_t lineage_chained(const uint8_t *words, const int64_t *bounds, int64_t count, int32_t *first, int32_t *next) {
    for (int64_t k = 0; k < count; k++) {
        int64_t end;
        const uint32_t chain = piece(words, bounds[k + 1], bounds[k], &end);
        next[k] = first[chain], first[chain] = (int32_t)k;
    }
    return count;
}

/* Cuts a text of so many bytes into pieces but for what is neither letter nor figure in ASCII: where each begins goes to
 * at[size], its chain to chain[size]. Returns how many there are. */
int64_t lineage_cut_up(const uint8_t *text, int64_t size, int32_t *at, uint16_t *chain) {
    int64_t count = 0;
    for (int64_t place = 0, end; place < size; place = end) {
        end = place + 1;
        if (text[place] < 0x80 && !plain(text[place])) continue;
        at[count] = (int32_t)place, chain[count++] = (uint16_t)piece(text, size, place, &end);
    }
    return count;
}

/* Marks the words that stand in a text of so many bytes and pieces, and maybe some with which a longer one begins, in
 * seen[count]. Returns how often one stands there. */
int64_t lineage_standing(const uint8_t *text, int64_t size, const int32_t *at, const uint16_t *chain, int64_t pieces,
                         const uint8_t *words, const int64_t *bounds, const int32_t *first, const int32_t *next,
                         uint8_t *seen) {
    int64_t found = 0;
    for (int64_t p = 0; p < pieces; p++)
        for (int32_t k = first[chain[p]]; k >= 0; k = next[k]) {
            const int64_t length = bounds[k + 1] - bounds[k];
            if (at[p] + length <= size && !memcmp(text + at[p], words + bounds[k], (size_t)length)) seen[k] = 1, found++;
        }
    return found;
}
