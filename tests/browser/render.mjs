/*
 * render.mjs - renders the desk's templates with the fixture models, and serves the result on loopback under the policy
 * that desk.fcgi sends.
 *
 * A fixture models/NAME.json or models/NAME.STATE.json belongs to templates/NAME.mustache. It is merged over
 * models/_common.json, and over the fixture that its "$extends" names, as a JSON merge patch: null takes a key away.
 */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import mustache from 'mustache';

const here = path.dirname(fileURLToPath(import.meta.url));
const top = path.resolve(here, '../..');
const models = path.join(here, 'models');
const read = (name) => fs.readFileSync(path.join(top, name), 'utf8');
const readModel = (name) => JSON.parse(fs.readFileSync(path.join(models, name), 'utf8'));

/* The policy is written once, in the desk's own source: the string literals of its #define CSP. */
function policy() {
	const definition = /^#define CSP\b((?:.*\\\n)*.*)$/m.exec(read('src/desk/desk-serve.c'));
	const literals = definition ? [...definition[1].matchAll(/"([^"\\]*)"/g)] : [];
	if (literals.length === 0)
		throw new Error('src/desk/desk-serve.c defines no CSP');
	return literals.map((m) => m[1]).join('');
}

export const csp = policy();
const assets = {
	'/assets/desk.css': ['htdocs/desk.css', 'text/css'],
	'/assets/desk.js': ['htdocs/desk.js', 'text/javascript'],
	'/assets/desk-forms.js': ['htdocs/desk-forms.js', 'text/javascript'],
	'/assets/desk-tabs.js': ['htdocs/desk-tabs.js', 'text/javascript'],
	'/assets/desk-list.js': ['htdocs/desk-list.js', 'text/javascript'],
	'/assets/desk-bulk.js': ['htdocs/desk-bulk.js', 'text/javascript'],
	'/assets/desk-thread.js': ['htdocs/desk-thread.js', 'text/javascript'],
	'/assets/desk-files.js': ['htdocs/desk-files.js', 'text/javascript'],
	'/assets/desk-viewer.js': ['htdocs/desk-viewer.js', 'text/javascript'],
	'/assets/desk-voice.js': ['htdocs/desk-voice.js', 'text/javascript'],
	'/assets/push.js': ['htdocs/push.js', 'text/javascript'],
	'/assets/icon-180.png': ['htdocs/icon-180.png', 'image/png'],
	'/manifest.webmanifest': ['tests/browser/models/_manifest.json', 'application/manifest+json'],
	'/sw.js': ['htdocs/sw.js', 'text/javascript'],
	'/assets/icons.svg': ['htdocs/icons.svg', 'image/svg+xml'],
	'/assets/logo.svg': ['htdocs/logo.svg', 'image/svg+xml'],
};

function merge(base, patch) {
	if (patch === null || typeof patch !== 'object' || Array.isArray(patch))
		return patch;
	const out = base !== null && typeof base === 'object' && !Array.isArray(base) ? { ...base } : {};
	for (const [key, value] of Object.entries(patch)) {
		if (value === null)
			delete out[key];
		else
			out[key] = merge(out[key], value);
	}
	return out;
}

function pageModel(file) {
	const { $extends: base, ...own } = readModel(file);
	return base ? merge(pageModel(base), own) : own;
}

/* The fixtures: [{ name, template, model }]. */
export function fixtures() {
	const common = readModel('_common.json');
	return fs
		.readdirSync(models)
		.filter((f) => f.endsWith('.json') && !f.startsWith('_'))
		.sort()
		.map((file) => {
			const name = file.slice(0, -'.json'.length);
			return { name, template: name.split('.')[0], model: merge(common, pageModel(file)) };
		});
}

const catalogues = new Map();

/* msgid -> msgstr of a .po file without plurals and contexts; read once. */
export function catalogue(language) {
	if (!catalogues.has(language))
		catalogues.set(language, readCatalogue(language));
	return catalogues.get(language);
}

function readCatalogue(language) {
	const found = new Map();
	let id = null,
		text = null,
		last = null;
	const unquote = (s) => JSON.parse(s);
	for (const line of read(`po/${language}.po`).split('\n')) {
		const m = /^(msgid|msgstr)?\s*(".*")$/.exec(line);
		if (!m)
			continue;
		last = m[1] ?? last;
		if (m[1] === 'msgid')
			id = text = '';
		if (last === 'msgid')
			id += unquote(m[2]);
		else
			found.set(id, (found.get(id) ?? '') + unquote(m[2]));
	}
	return found;
}

export function render({ template, model }, words = new Map()) {
	const context = { ...model, t: () => (text, fill) => fill(words.get(text) || text) };
	const load = (name) => read(`templates/${name}.mustache`);
	const content = mustache.render(load(template), context, load);
	return template.endsWith('-updates') ? content : mustache.render(load('layout'), { ...context, content }, load);
}

/* Serves the fixtures as /NAME (with ?lang=tr translated) and the assets; resolves to { origin, close }. */
export function serve(list = fixtures()) {
	const server = http.createServer((request, response) => {
		const url = new URL(request.url, 'http://localhost');
		const asset = assets[url.pathname];
		if (asset) {
			response.writeHead(200, { 'Content-Type': asset[1] });
			return response.end(read(asset[0]));
		}
		const fixture = list.find((f) => `/${f.name}` === url.pathname);
		if (!fixture) {
			response.writeHead(404, { 'Content-Type': 'text/plain' });
			return response.end('no such fixture');
		}
		const language = url.searchParams.get('lang');
		const page = language
			? { ...fixture, model: { ...fixture.model, lang: language, dir: language === 'ar' ? 'rtl' : 'ltr' } }
			: fixture;
		response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': csp });
		return response.end(render(page, language && language !== 'ar' ? catalogue(language) : undefined));
	});
	return new Promise((resolve) =>
		server.listen(0, '127.0.0.1', () =>
			resolve({
				origin: `http://127.0.0.1:${server.address().port}`,
				close: () => {
					server.closeAllConnections();
					server.close();
				},
			}),
		),
	);
}
