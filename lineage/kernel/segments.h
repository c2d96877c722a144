/* A segment's columns, as lineage/archive/segments.py lays them out. */
#pragma once
#include <stdint.h>

typedef struct { /* pointers and numbers of 64 bits, so that Python can fill in an array */
    const uint32_t *index, *rest, *articles;
    const void *words;
    const uint32_t *contexts;
    int64_t wide; /* whether words take 32 bits; else 16 */
} Segment;

enum { SEGMENTS = 64 };

static inline uint32_t word_of(const Segment *segment, int64_t i) {
    return segment->wide ? ((const uint32_t *)segment->words)[i] : ((const uint16_t *)segment->words)[i];
}
