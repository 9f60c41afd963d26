/*
 * assets.c - css, scripts, icons and fonts that are compiled in, under names with a hash of their content.
 *
 * Owns the content types. A file of an unknown kind is served as bytes to save, never as something to run.
 */
#include "desk/assets.h"

#include "core/crypto/crypt.h"

#define HASH_CHARS 16

static const char *assets_type_of(struct str name)
{
	static const struct {
		const char *suffix, *type;
	} types[] = { { ".css", "text/css; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" }, { ".png", "image/png" }, { ".ico", "image/x-icon" },
		{ ".woff2", "font/woff2" }, { ".webmanifest", "application/manifest+json" },
		{ ".txt", "text/plain; charset=utf-8" } };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_has_suffix(name, str_of(types[i].suffix)))
			return types[i].type;
	return "application/octet-stream";
}

static const char *assets_path_of(struct pool *pool, struct str name, struct str bytes)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct buf hash;
	size_t stem = name.n;
	while (stem > 0 && name.p[stem - 1] != '.')
		stem--;
	stem = stem ? stem - 1 : name.n;
	crypt_sha256(bytes, digest);
	buf_init(&hash, 100);
	crypt_hex(&hash, (struct str){ (const char *)digest, sizeof(digest) });
	struct str path = pool_printf(pool, "/assets/%.*s.%.*s%.*s", (int)stem, name.p, HASH_CHARS, buf_cstr(&hash),
		(int)(name.n - stem), name.p + stem);
	buf_fini(&hash);
	return path.p;
}

const struct asset *assets_load(struct pool *pool)
{
	size_t n = 0;
	while (asset_files[n].name)
		n++;
	struct asset *assets = pool_new_array(pool, n + 1, struct asset);
	for (size_t i = 0; i < n; i++) {
		struct str name = str_of(asset_files[i].name),
			   bytes = { (const char *)asset_files[i].bytes, asset_files[i].n };
		assets[i] = (struct asset){ .name = name.p,
			.path = assets_path_of(pool, name, bytes),
			.type = assets_type_of(name),
			.bytes = bytes };
	}
	return assets;
}

const struct asset *asset_named(const struct asset *assets, const char *name)
{
	for (; assets->name; assets++)
		if (!strcmp(assets->name, name))
			return assets;
	return NULL;
}

const struct asset *asset_at(const struct asset *assets, struct str path)
{
	for (; assets->name; assets++)
		if (str_equal(path, str_of(assets->path)))
			return assets;
	return NULL;
}
