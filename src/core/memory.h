/*
 * memory.h - how much memory a program keeps when the work is done.
 */
#ifndef DESKBELL_CORE_MEMORY_H
#define DESKBELL_CORE_MEMORY_H

#include <stdbool.h>

/* Sets up the allocator of a program that serves requests in threads. Call it once, before the first thread starts. */
void memory_init(void);
/* Call it after each request, once its memory is freed. Gives pages back to the system when the program holds much more
 * than it did when it was idle. `is_idle`: no other request is being served. Thread-safe. */
void memory_trim(bool is_idle);

#endif
