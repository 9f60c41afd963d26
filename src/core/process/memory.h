/*
 * memory.h - how much memory a program keeps when the work is done.
 */
#ifndef DESKBELL_CORE_MEMORY_H
#define DESKBELL_CORE_MEMORY_H

#include <stdbool.h>

/* Sets up the allocator of a program that serves requests in threads. Call it once, before the first thread starts. */
void memory_init(void);
/* Around each request; the end once its memory is freed. The end gives pages back to the system when the program holds
 * much more than it did when it served none. Thread-safe. */
void memory_begin(void);
void memory_end(void);

#endif
