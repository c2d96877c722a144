/* MinHash signatures. Twin: lineage/overlap/minhash.py. */
#include "words.h"

typedef struct {
    const uint32_t *factors, *summands;
    int64_t count;
} Permutations;

/* made[p] = min over the values v of factors[p] * v + summands[p] (mod 2^32). */
WIDE static void sign(const uint32_t *values, int64_t count, Permutations by, uint32_t *made) {
    for (int64_t p = 0; p < by.count; p++) {
        uint32_t factor = by.factors[p], summand = by.summands[p], least = UINT32_MAX;
        for (int64_t k = 0; k < count; k++) {
            uint32_t value = values[k] * factor + summand;
            least = value < least ? value : least;
        }
        made[p] = least;
    }
}

/* Signatures of the values `mixed[bounds[i]:bounds[i + 1]]`. */
void lineage_signatures(const uint32_t *mixed, const int64_t *bounds, int64_t articles, const uint32_t *factors,
                        const uint32_t *summands, int64_t permutations, uint32_t *values) {
    Permutations by = {factors, summands, permutations};
    for (int64_t i = 0; i < articles; i++)
        sign(mixed + bounds[i], bounds[i + 1] - bounds[i], by, values + i * permutations);
}

/* The upper halves of the shingles that are there, spread by the finaliser of MurmurHash3. Returns their number. */
static int64_t mix(const uint64_t *shingles, int64_t count, uint32_t *mixed) {
    int64_t found = 0;
    for (int64_t k = 0; k < count; k++) {
        uint32_t value = (uint32_t)(shingles[k] >> 32);
        value = (value ^ value >> 16) * 0x85EBCA6Bu;
        value = (value ^ value >> 13) * 0xC2B2AE35u;
        mixed[found] = value ^ value >> 16;
        found += shingles[k] != NO_SHINGLE;
    }
    return found;
}

/* Signatures of articles' texts, and how many shingles each has. `hashes`, `alone`, `room` and `mixed` hold the words of
 * the longest article; the texts are given as to `lineage_words`. Returns 0, or -1 - page; the next call goes on after
 * `*done` articles. */
int64_t lineage_sign(const uint8_t *text, const int64_t *bounds, int64_t articles, const uint8_t *kinds,
                     const uint32_t *folds, const uint32_t (*longer)[3], uint64_t seed, int64_t longest, uint8_t *bytes,
                     int32_t *edges, uint64_t *hashes, uint8_t *alone, uint8_t *said, const uint32_t *factors,
                     const uint32_t *summands, int64_t permutations, uint64_t *room, uint32_t *mixed, uint32_t *values,
                     int64_t *sizes, int64_t *done) {
    Tables tables = {kinds, folds, longer, seed};
    Scratch scratch = {bytes, edges, longest};
    Permutations by = {factors, summands, permutations};
    for (int64_t i = *done; i < articles; *done = ++i) {
        Words own = {hashes, NULL, NULL, alone, 0};
        int64_t failed = words_of(text + bounds[i], bounds[i + 1] - bounds[i], &tables, &scratch, &own, said + i);
        if (failed) return failed;
        shingles_of(hashes, said[i] & HAS_ALONE ? alone : NULL, own.count, room);
        sizes[i] = mix(room, own.count, mixed);
        sign(mixed, sizes[i], by, values + i * permutations);
    }
    return 0;
}
