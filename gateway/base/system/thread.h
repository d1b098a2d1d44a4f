#pragma once
/*
 * thread - threads beside the one of a role, which alone gets signals.
 */
#include <pthread.h>

/* pthread_create, with every signal blocked in the new thread: 0, or why not, as errno says. */
int thread_start(pthread_t *thread, void *(*work)(void *), void *context);
