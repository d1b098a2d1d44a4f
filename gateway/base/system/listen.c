#include "gateway/base/system/listen.h"
#include "gateway/base/memory/mem.h"
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 512 };

static int open_socket(const struct addrinfo *a)
{
	int on = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

/* What an earlier process left there is in the way. */
static int listen_at(const char *path, struct error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat st;
	int fd = -1;
	errno = ENAMETOOLONG;
	if (strlen(path) < sizeof address.sun_path) {
		strcpy(address.sun_path, path);
		if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
			unlink(path);
		/* Who may come to it says the folder that it is in. */
		fd = open_socket(&(struct addrinfo){ .ai_family = AF_UNIX, .ai_addr = (struct sockaddr *)&address, .ai_addrlen = sizeof address });
	}
	if (fd >= 0)
		chmod(path, 0666);
	else
		error_set(err, ERROR_TEMPORARY, "cannot listen on '%s': %s", path, strerror(errno));
	return fd;
}

int listen_on(const char *where, struct error *err)
{
	static const char unix_path[] = "unix:";
	if (strncmp(where, unix_path, strlen(unix_path)) == 0)
		return listen_at(where + strlen(unix_path), err);
	const char *colon = strrchr(where, ':');
	if (!colon || !colon[1]) {
		error_set(err, ERROR_INVALID, "cannot listen on '%s': it must be HOST:PORT, such as 127.0.0.1:8080", where);
		return -1;
	}
	char *host = mem_ndup(NULL, where, (size_t)(colon - where));
	size_t n = strlen(host);
	char *bare = n > 1 && host[0] == '[' && host[n - 1] == ']' ? (host[n - 1] = '\0', host + 1) : host;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *all = NULL;
	int fd = -1, rc = getaddrinfo(*bare ? bare : NULL, colon + 1, &hints, &all);
	if (rc == 0)
		fd = open_socket(all);
	if (fd < 0)
		error_set(err, ERROR_TEMPORARY, "cannot listen on '%s': %s", where, rc ? gai_strerror(rc) : strerror(errno));
	if (all)
		freeaddrinfo(all);
	talloc_free(host);
	return fd;
}

char *listen_url(void *owner, const char *where)
{
	static const struct {
		const char *all, *one;
	} hosts[] = { { ":", "127.0.0.1:" }, { "*:", "127.0.0.1:" }, { "0.0.0.0:", "127.0.0.1:" }, { "[::]:", "[::1]:" } };
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		if (strncmp(where, hosts[i].all, strlen(hosts[i].all)) == 0)
			return mem_printf(owner, "http://%s%s/", hosts[i].one, where + strlen(hosts[i].all));
	return mem_printf(owner, "http://%s/", where);
}
