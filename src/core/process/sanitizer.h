/*
 * sanitizer.h - whether this is a build with AddressSanitizer, which reserves terabytes of address space, watches each
 * allocation for itself, and reads the memory of its own process.
 */
#ifndef DESKBELL_CORE_SANITIZER_H
#define DESKBELL_CORE_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER true
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER false
#endif

#endif
