#pragma once
/*
 * document - text that we write: a FILE that ends up as one string.
 *
 *   struct document *d = document_new(owner);
 *   fprintf(document_out(d), ...);  html_text(document_out(d), title);
 *   const char *text = document_text(d, NULL);
 *
 * For what we compose ourselves (HTML, XML, JSON, MIME).  Bytes that a peer
 * sends belong in a buf, which has a maximum.
 */
#include <stddef.h>
#include <stdio.h>

struct document;

struct document *document_new(void *owner);
FILE *document_out(struct document *d);
/* All that was written so far, NUL-terminated; belongs to d and is moved by further writing.  size may be NULL. */
const char *document_text(struct document *d, size_t *size);
/* The text as a string of owner's own; frees d. */
char *document_finish(struct document *d, void *owner);
