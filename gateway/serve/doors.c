#include "gateway/serve/doors.h"
#include "gateway/fediverse/door/fediverse_routes.h"
#include "gateway/web/pages/routes.h"
#include "gateway/web/server/server.h"

/* The pages come last: they answer whatever is left. */
static const struct door *const doors[] = { &fediverse_door, &pages_door, NULL };

bool web_run(struct role *role, struct error *err) { return server_run(role, doors, err); }
void *web_share(void) { return pages_share(); }
