/* What boosted trees say of cases, by groups of features; the twin is `Trees._added` in lineage/descent/trees.py.
 *
 * Some trees at once, a level at a time, of one case after another: so many that their nodes stay at hand. Sums are made
 * in the order in which numpy makes them: each level of all trees has its own.
 */
#include <stdint.h>
#include <string.h>

typedef struct {
    double threshold, step; /* by how much its mean log odds differ from those of the node above it */
    int32_t right; /* how many nodes further that on the right stands; that on the left is the next one */
    int16_t feature; /* -1 at a leaf */
    uint8_t group; /* of the feature */
    uint8_t unknown; /* whether a case whose feature is not known goes left */
} Node;

enum { CASES = 16, TREES = 64 }; /* taken at once: 50 KB of nodes, and some 20 KB of cases and sums */

/* For each case what each group adds, into added[cases][groups]. `levels` are the most steps from a root to a leaf, and
 * `sums` has room for CASES times as many sums of the groups. */
void lineage_trees(const double *cases, int64_t count, int64_t features, const Node *nodes, const int64_t *roots,
                   int64_t trees, int64_t groups, int64_t levels, double *sums, double *added) {
    const int64_t width = levels * groups;
    memset(added, 0, (size_t)(count * groups) * sizeof *added);
    for (int64_t first = 0; first < count; first += CASES) {
        const int64_t some = count - first < CASES ? count - first : CASES;
        memset(sums, 0, (size_t)(some * width) * sizeof *sums);
        for (int64_t low = 0; low < trees; low += TREES) {
            const int64_t high = low + TREES < trees ? low + TREES : trees;
            for (int64_t i = 0; i < some; i++) {
                const double *row = cases + (first + i) * features;
                int32_t at[TREES];
                int64_t going = 0;
                for (int64_t tree = low; tree < high; tree++) {
                    at[going] = (int32_t)roots[tree];
                    going += nodes[roots[tree]].feature >= 0;
                }
                for (double *level = sums + i * width; going; level += groups) {
                    int64_t still = 0;
                    for (int64_t k = 0; k < going; k++) { /* without branches, which no processor could foretell */
                        const Node *node = nodes + at[k];
                        const double value = row[node->feature];
                        const int left = (value <= node->threshold) | ((value != value) & node->unknown);
                        const int32_t next = at[k] + 1 + ((node->right - 1) & (left - 1));
                        level[node->group] += nodes[next].step;
                        at[still] = next;
                        still += nodes[next].feature >= 0;
                    }
                    going = still;
                }
            }
        }
        for (int64_t i = 0; i < some; i++)
            for (const double *level = sums + i * width; level < sums + (i + 1) * width; level += groups)
                for (int64_t k = 0; k < groups; k++) added[(first + i) * groups + k] += level[k];
    }
}
