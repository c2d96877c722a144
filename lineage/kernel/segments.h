/* A segment's columns, as lineage/archive/segments.py lays them out, and columns of postings elsewhere. */
#pragma once
#include <stdint.h>

typedef struct { /* pointers and numbers of 64 bits, so that Python can fill in an array */
    const uint32_t *index, *rest, *articles;
    const void *words;
    const uint32_t *contexts, *starts; /* the last two columns are NULL where text is kept */
    const uint16_t *lengths;
    int64_t wide;        /* whether words take 32 bits; else 16 */
    const char *begin;   /* where the first block under a checksum begins */
    const uint8_t *seen; /* of each block whether it was compared with its checksum; NULL: all were */
} Segment;

typedef struct { /* the same; starts and lengths may be NULL */
    uint64_t *keys;
    uint32_t *articles, *words, *contexts, *starts;
    uint16_t *lengths;
} Postings;

enum { SEGMENTS = 64, BLOCK = 1 << 14 }; /* bytes under one checksum, as in segments.py */

static inline uint32_t word_of(const Segment *segment, int64_t i) {
    return segment->wide ? ((const uint32_t *)segment->words)[i] : ((const uint16_t *)segment->words)[i];
}
