/* Clusters of seeds, and what speaks for each: the twin of `_clustered` in lineage/overlap/boxes.py, step for step. */
#include <stdint.h>
#include <stdlib.h>

typedef struct {
    int64_t key, seed;
} Entry;

static int by_key(const void *one, const void *other) {
    const Entry *a = one, *b = other;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->seed < b->seed ? -1 : a->seed > b->seed;
}

/* Of each cluster the first and the last unit on one side, and the sum of its units' best cosines added to `score`. */
static void measure(Entry *entries, int64_t count, const int64_t *label, const int64_t *units, int64_t width,
                    const float *cosine, double *score, int64_t *low, int64_t *high) {
    for (int64_t k = 0; k < count; k++) entries[k] = (Entry){label[k] * width + units[k], k};
    qsort(entries, (size_t)count, sizeof *entries, by_key);
    int64_t before = -1;
    double sum = 0;
    for (int64_t k = 0; k < count;) {
        const int64_t own = label[entries[k].seed], unit = units[entries[k].seed];
        if (own != before) {
            if (before >= 0) score[before] += sum;
            sum = 0, before = own, low[own] = unit;
        }
        float best = cosine[entries[k].seed];
        int64_t next = k + 1;
        for (; next < count && entries[next].key == entries[k].key; next++)
            if (cosine[entries[next].seed] > best) best = cosine[entries[next].seed];
        sum += best;
        high[own] = unit;
        k = next;
    }
    score[before] += sum;
}

/* `shape`: seeds (at least one), gap in a and in b, passes at most. `extent`: for each cluster its first and last unit
   in a, then in b, each a row of as many as there are seeds. Returns the number of clusters, -1 without memory. */
int64_t lineage_clusters(const int64_t *rows, const int64_t *columns, const float *cosine, const int64_t *shape,
                         int64_t *label, double *score, int64_t *extent) {
    const int64_t count = shape[0];
    Entry *entries = malloc((size_t)count * sizeof *entries);
    if (!entries) return -1;
    const int64_t *sides[2] = {rows, columns};
    int64_t most[2] = {0, 0};
    for (int64_t k = 0; k < count; k++) {
        label[k] = 0;
        score[k] = 0;
        for (int side = 0; side < 2; side++)
            if (sides[side][k] > most[side]) most[side] = sides[side][k];
    }
    int64_t clusters = 1;
    for (int64_t step = 0; step < shape[3]; step++) {
        const int side = step % 2;
        const int64_t gap = shape[1 + side], width = most[side] + gap + 2; /* a new label alone opens a gap */
        for (int64_t k = 0; k < count; k++) entries[k] = (Entry){label[k] * width + sides[side][k], k};
        qsort(entries, (size_t)count, sizeof *entries, by_key);
        int64_t number = 0;
        for (int64_t k = 0; k < count; k++) {
            if (k && entries[k].key - entries[k - 1].key > gap) number++;
            label[entries[k].seed] = number;
        }
        const int64_t before = clusters;
        clusters = number + 1;
        if (step && clusters == before) break;
    }
    for (int side = 0; side < 2; side++)
        measure(entries, count, label, sides[side], most[side] + 1, cosine, score, extent + 2 * side * count,
                extent + (2 * side + 1) * count);
    free(entries);
    return clusters;
}
