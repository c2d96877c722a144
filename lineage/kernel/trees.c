/* What boosted trees say of cases, by groups of features; the twin is `Trees._added` in lineage/descent/trees.py.
 *
 * All trees at once, a level at a time: sums are made in the order in which numpy makes them.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    double threshold, value; /* the mean log odds of the cases that come by */
    int32_t left, right;
    int32_t feature; /* -1 at a leaf */
    int32_t unknown; /* whether a case whose feature is not known goes left */
} Node;

/* For each case what each group adds, into added[cases][groups], which is zeroed here. `group` is the group of each
 * feature; `at` has room for one node of each tree, `level` for the sums of the groups. */
void lineage_trees(const double *cases, int64_t count, int64_t features, const Node *nodes, const int64_t *roots,
                   int64_t trees, const int64_t *group, int64_t groups, int64_t *at, double *level, double *added) {
    memset(added, 0, (size_t)(count * groups) * sizeof *added);
    for (int64_t i = 0; i < count; i++) {
        const double *row = cases + i * features;
        double *sums = added + i * groups;
        int64_t going = 0;
        for (int64_t tree = 0; tree < trees; tree++) {
            at[going] = roots[tree];
            going += nodes[roots[tree]].feature >= 0;
        }
        while (going) {
            int64_t still = 0;
            memset(level, 0, (size_t)groups * sizeof *level);
            for (int64_t k = 0; k < going; k++) { /* without branches, which no processor could foretell */
                const Node *node = nodes + at[k];
                const double value = row[node->feature];
                const int left = (value <= node->threshold) | ((value != value) & node->unknown);
                const int64_t next = left ? node->left : node->right;
                level[group[node->feature]] += nodes[next].value - node->value;
                at[still] = next;
                still += nodes[next].feature >= 0;
            }
            for (int64_t k = 0; k < groups; k++) sums[k] += level[k];
            going = still;
        }
    }
}
