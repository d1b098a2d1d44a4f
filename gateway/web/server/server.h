#pragma once
/*
 * server - the role web: HTTP/1.1 on the listening socket (libmicrohttpd), one thread.
 *
 * TLS is a reverse proxy's.  Answers that are the same for everybody are
 * kept until the next commit of any process.
 */
#include "gateway/base/role/role.h"

role_run web_run;
