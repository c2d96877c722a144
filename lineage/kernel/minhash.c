/* MinHash signatures. Twin: lineage/overlap/minhash.py. */
#include "words.h"

typedef struct {
    const uint32_t *factors, *summands;
    int64_t count;
} Permutations;

/* made[p] = min over the values v of factors[p] * v + summands[p] (mod 2^32); four at a time, so that a value is read
 * once for four and none waits for the one before. */
WIDE static void sign(const uint32_t *values, int64_t count, Permutations by, uint32_t *made) {
    int64_t p = 0;
    for (; p + 4 <= by.count; p += 4) {
        const uint32_t *f = by.factors + p, *s = by.summands + p;
        uint32_t f0 = f[0], f1 = f[1], f2 = f[2], f3 = f[3], s0 = s[0], s1 = s[1], s2 = s[2], s3 = s[3];
        uint32_t one = UINT32_MAX, two = UINT32_MAX, three = UINT32_MAX, four = UINT32_MAX;
        for (int64_t k = 0; k < count; k++) {
            uint32_t value = values[k];
            uint32_t v0 = value * f0 + s0, v1 = value * f1 + s1, v2 = value * f2 + s2, v3 = value * f3 + s3;
            one = v0 < one ? v0 : one;
            two = v1 < two ? v1 : two;
            three = v2 < three ? v2 : three;
            four = v3 < four ? v3 : four;
        }
        made[p] = one, made[p + 1] = two, made[p + 2] = three, made[p + 3] = four;
    }
    for (; p < by.count; p++) {
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
int64_t lineage_sign(const uint8_t *text, const int64_t *bounds, const uint8_t *narrow, int64_t articles, const uint8_t *kinds,
                     const uint32_t *folds, const uint32_t (*longer)[3], uint64_t seed, int64_t longest, uint8_t *bytes,
                     int32_t *edges, uint64_t *hashes, uint8_t *alone, uint8_t *said, const uint32_t *factors,
                     const uint32_t *summands, int64_t permutations, uint64_t *room, uint32_t *mixed, uint32_t *values,
                     int64_t *sizes, int64_t *done) {
    Tables tables = {kinds, folds, longer, seed};
    Texts texts = {text, bounds, narrow};
    Scratch scratch = {bytes, edges, longest};
    Permutations by = {factors, summands, permutations};
    for (int64_t i = *done; i < articles; *done = ++i) {
        Words own = {hashes, NULL, NULL, alone, 0, NULL, 0};
        int64_t failed = words_of(&texts, i, &tables, &scratch, &own, said + i);
        if (failed) return failed;
        shingles_of(hashes, said[i] & HAS_ALONE ? alone : NULL, own.count, room);
        sizes[i] = mix(room, own.count, mixed);
        sign(mixed, sizes[i], by, values + i * permutations);
    }
    return 0;
}
