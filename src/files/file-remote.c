/*
 * file-remote.c - files in an S3-compatible service, where one is configured.
 *
 * Owns the names of objects. Addresses are of the form URL/ORG/SHA256, with the bucket in the path, which every service
 * takes. The secret is read from its file for each request, so that a new one holds immediately; it goes into no
 * address, message or log. A body is signed by the digest that names the file, so that the service refuses one that
 * was damaged on the way.
 */
#include "files/file-remote.h"

#include "core/clock.h"
#include "core/net/http-client.h"
#include "files/s3-sign.h"

#include <fcntl.h>
#include <unistd.h>

#define SECRET_MAX_BYTES 256
#define NO_BODY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

bool file_remote_is_on(const struct conf *conf)
{
	return conf->files_s3_url && *conf->files_s3_url;
}

static void file_remote_release(void *secret)
{
	secret_free(secret);
}

/* Host and path of "https://HOST/BUCKET". */
static bool file_remote_split(struct str url, struct str *host, struct str *path)
{
	for (size_t i = 0; i + 3 <= url.n; i++)
		if (!memcmp(url.p + i, "://", 3)) {
			struct str rest = { url.p + i + 3, url.n - i - 3 };
			ptrdiff_t slash = str_find_char(rest, '/');
			if (slash < 0)
				return false;
			*host = (struct str){ rest.p, (size_t)slash };
			*path = (struct str){ rest.p + slash, rest.n - (size_t)slash };
			while (path->n > 1 && path->p[path->n - 1] == '/')
				path->n--;
			return host->n > 0 && path->n > 1;
		}
	return false;
}

static enum err file_remote_request(struct pool *pool, const struct conf *conf, const char *method, int64_t org_id,
	struct str sha256, bool with_body, struct http_request *out, struct explain *why)
{
	struct str url = str_of(conf->files_s3_url), host, bucket;
	struct secret *secret;
	struct explain detail = { "" };
	if (!file_remote_split(url, &host, &bucket))
		return explain(why, ERR_CONFIG, "files.s3.url must be of the form https://HOST/BUCKET");
	if (secret_load(conf->files_s3_secret_key_file, SECRET_MAX_BYTES, &secret, &detail) != ERR_OK)
		return explain(why, ERR_CONFIG, "files.s3.secret_key_file: %s", detail.text);
	pool_defer(pool, file_remote_release, secret);
	struct str path = pool_printf(
		pool, "%.*s/%lld/%.*s", (int)bucket.n, bucket.p, (long long)org_id, (int)sha256.n, sha256.p);
	const char **headers = pool_new_array(pool, S3_HEADERS, const char *);
	s3_sign(pool,
		&(struct s3_account){ .access_key = str_of(conf->files_s3_access_key),
			.region = str_of(conf->files_s3_region),
			.secret_key = secret },
		&(struct s3_request){ .method = method,
			.host = host,
			.path = path,
			.query = STR_NONE,
			.sha256 = with_body ? sha256 : STR(NO_BODY),
			.at_s = clock_wall_ms() / 1000 },
		headers);
	*out = (struct http_request){ .method = method,
		.url = pool_printf(pool, "%.*s%.*s", (int)(host.p + host.n - url.p), url.p, (int)path.n, path.p).p,
		.headers = headers,
		.timeout_ms = (int)conf->files_timeout_s * 1000 };
	return ERR_OK;
}

static enum err file_remote_failed(const struct http_response *response, const char *what, struct explain *why)
{
	if (response->outcome != HTTP_ANSWERED)
		return explain(why, ERR_REMOTE, "the store of files did not answer: %s",
			response->reason ? response->reason : "no answer");
	if (response->status == 404)
		return explain(why, ERR_NOT_FOUND, "the store of files has no such file or bucket");
	if (response->status == 403)
		return explain(why, ERR_REMOTE,
			"the store of files refuses the key: check files.s3.access_key, files.s3.secret_key_file, "
			"files.s3.region and this host's clock");
	return explain(why, ERR_REMOTE, "the store of files answered %d to %s", response->status, what);
}

enum err file_remote_put(
	const struct conf *conf, int64_t org_id, struct str sha256, int fd, int64_t bytes, struct explain *why)
{
	struct pool *pool = pool_new();
	struct http_request request;
	struct http_response response;
	struct http_body_file file = { .fd = fcntl(fd, F_DUPFD_CLOEXEC, 0), .bytes = bytes, .after = STR_NONE };
	enum err e = file.fd < 0 ? explain(why, ERR_IO, "the file cannot be opened again")
				 : file_remote_request(pool, conf, "PUT", org_id, sha256, true, &request, why);
	if (e == ERR_OK) {
		request.file = &file;
		request.content_type = STR("application/octet-stream");
		http_fetch(pool, &request, &response);
		if (response.outcome != HTTP_ANSWERED || response.status / 100 != 2)
			e = file_remote_failed(&response, "a file that was put there", why);
	} else if (file.fd >= 0) {
		close(file.fd);
	}
	pool_free(pool);
	return e;
}

enum err file_remote_get(const struct conf *conf, int64_t org_id, struct str sha256,
	bool (*sink)(void *arg, struct str piece), void *arg, struct explain *why)
{
	struct pool *pool = pool_new();
	struct http_request request;
	struct http_response response;
	enum err e = file_remote_request(pool, conf, "GET", org_id, sha256, false, &request, why);
	if (e == ERR_OK) {
		request.sink = sink;
		request.arg = arg;
		http_fetch(pool, &request, &response);
		if (response.outcome != HTTP_ANSWERED || response.status != 200)
			e = file_remote_failed(&response, "a file that was asked for", why);
	}
	pool_free(pool);
	return e;
}

enum err file_remote_delete(const struct conf *conf, int64_t org_id, struct str sha256, struct explain *why)
{
	struct pool *pool = pool_new();
	struct http_request request;
	struct http_response response;
	enum err e = file_remote_request(pool, conf, "DELETE", org_id, sha256, false, &request, why);
	if (e == ERR_OK) {
		http_fetch(pool, &request, &response);
		if (response.outcome != HTTP_ANSWERED || (response.status / 100 != 2 && response.status != 404))
			e = file_remote_failed(&response, "a file that was deleted", why);
	}
	pool_free(pool);
	return e;
}
