#pragma once
/*
 * repair_doctype - the document type declaration, which is dropped.
 */
#include "feeds/text/repair_scan.h"

/* At "<!DOCTYPE": moves behind it and keeps the entities that its internal subset declares. */
void repair_doctype(struct repair *r);
