#pragma once
/*
 * page - the routes that have a page: one function each, one file for each subject; the table is in routes.c.
 */
#include "gateway/web/pages/visit.h"

typedef void page_route(struct visit *v);

page_route page_home, page_archive, page_archive_year, page_tag, page_post, page_read;
page_route page_subscribe, page_subscribe_send, page_inbox, page_code, page_confirm, page_confirm_use;
page_route page_sign_in, page_sign_in_send, page_sign_out, page_me, page_me_export, page_me_erase, page_me_erase_use;
page_route page_leave, page_leave_use, page_leave_undo;
page_route page_preferences, page_preferences_use, page_preferences_move, page_keep, page_keep_use;
page_route page_feed_rss, page_feed_atom, page_feeds, page_privacy, page_follow, page_follow_wait, page_robots, page_asset, page_favicon, page_media;
page_route page_letters, page_letter, page_letter_html, page_letter_raw, page_preview, page_preview_html;
page_route page_websub, page_websub_push;

/* The paths of the files that all publications share. */
void page_assets(void *owner, const char *paths[ASSETS]);

/* How large the body of a request for path may be: hubs push whole feeds, but only to callbacks that we gave them. */
size_t page_websub_room(struct db *db, const char *path);
