#include <stdio.h>
int main(void) { puts("pennypost " PENNYPOST_VERSION); return 0; }
