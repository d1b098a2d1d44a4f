#include "feeds/helper/helper_serve.h"
#include "feeds/parse/feed_json.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/cli.h"
#include <malloc.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define HOW "feed parse --json [--url URL] [--header-file FILE] FILE|-"

/* The limit of the HTTP client for response headers holds for a file of them too. */
#define LONGEST_HEADERS 65536

struct headers {
	const char *content_type, *content_language;
};

/* The lines of the response that a feed came with: "Name: value". */
static bool read_headers(void *owner, const char *path, struct headers *headers, struct error *err)
{
	struct buf *b = file_read(owner, path, LONGEST_HEADERS, err);
	if (!b)
		return false;
	for (char *rest = b->data, *line; (line = strsep(&rest, "\n"));) {
		if (!strncasecmp(line, "Content-Type:", 13))
			headers->content_type = text_trim(owner, line + 13);
		else if (!strncasecmp(line, "Content-Language:", 17))
			headers->content_language = text_trim(owner, line + 17);
	}
	return true;
}

static void speak_text(struct record_text *t, const char *language)
{
	if (t->value && !t->language)
		t->language = language;
}

/* The language of the response is that of the feed, and of each text in it, where the document names none. */
static void speak(struct feed *feed, const char *language)
{
	feed->record->language = language;
	for (size_t i = 0; i <= feed->count; i++) {
		struct record *r = i < feed->count ? feed->records[i] : feed->record;
		struct record_text *const texts[] = { &r->title, &r->subtitle, &r->summary, &r->rights, &r->info };
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			speak_text(texts[k], language);
		for (size_t k = 0; k < r->content_count; k++)
			speak_text(&r->contents[k], language);
	}
}

static int parse(struct cli *cli, const char *path, const char *url, const char *header_file)
{
	struct error err = { 0 };
	struct headers headers = { 0 };
	/* The process ends soon, so malloc need not return memory to the system. */
	mallopt(M_TRIM_THRESHOLD, FEED_MAX_SIZE);
	mallopt(M_MMAP_THRESHOLD, FEED_MAX_SIZE);
	if (header_file && !read_headers(cli->owner, header_file, &headers, &err))
		return cli_fail(&err);
	struct buf *data = file_read(cli->owner, path, FEED_MAX_SIZE, &err);
	struct feed *feed = data ? feed_parse(cli->owner, data->data, data->size, headers.content_type, url, &err) : NULL;
	if (!feed && data)
		feed = feed_parse_hollow(cli->owner, data->data, data->size, headers.content_type);
	if (!feed) {
		if (data)
			error_prefix(&err, "'%s': ", path);
		return cli_fail(&err);
	}
	if (!feed->record->language && headers.content_language)
		speak(feed, headers.content_language);
	feed_write_json(stdout, feed);
	return 0;
}

int cli_feed(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	bool json = false;
	const char *url = NULL, *headers = NULL;
	const struct cli_option options[] = { { "json", NULL, &json }, { "url", &url, NULL }, { "header-file", &headers, NULL }, { NULL, NULL, NULL } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	/* Not for people: 'pennypost serve' starts it. */
	if (argc == 1 && strcmp(argv[0], "helper") == 0)
		return helper_serve(STDIN_FILENO, STDOUT_FILENO, &err) ? 0 : cli_fail(&err);
	if (argc != 2 || strcmp(argv[0], "parse") || !json)
		return cli_usage(HOW, argc, argv);
	return parse(cli, argv[1], url, headers);
}
