/*
 * sw.js - the service worker: shows calls while no page is open, opens the conversation that was clicked, and has a page for when there is no network.
 *
 * Keeps nothing of any customer: the cache holds the page without a network and what it is made of. A call that cannot be read is shown as one that says nothing.
 */
'use strict';

const CACHE = 'deskbell-1', OFFLINE = '/offline', MANIFEST = '/manifest.webmanifest';

/* In the language of the user, which the browser's need not be. What is kept already stays when this cannot be had. */
async function keepOffline(language) {
	const cache = await caches.open(CACHE), page = await fetch(OFFLINE, { credentials: 'omit', cache: 'no-store', headers: language ? { 'Accept-Language': language } : {} });
	if (!page.ok)
		return;
	const parts = (await page.clone().text()).match(/\/assets\/[^"#]+/g) ?? [];
	await cache.put(OFFLINE, page);
	await cache.addAll([...new Set(parts), MANIFEST]);
}

self.addEventListener('install', (event) => event.waitUntil(keepOffline().catch(() => {}).then(() => self.skipWaiting())));
self.addEventListener('message', (event) => {
	if (typeof event.data?.language === 'string')
		event.waitUntil(keepOffline(event.data.language).catch(() => {}));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
	const { request } = event, asset = new URL(request.url).pathname.startsWith('/assets/');
	if (request.method === 'GET' && (request.mode === 'navigate' || asset))
		event.respondWith(fetch(request).catch(async () => await caches.match(asset ? request : OFFLINE) ?? Response.error()));
});

/* ---- Calls ---- */

function read(data) {
	try {
		return data.json();
	} catch {
		return {};
	}
}

async function icon() {
	try {
		return (await (await caches.match(MANIFEST)).json()).icons[0].src;
	} catch {
		return undefined;
	}
}

/* Own paths only, whatever a call says. */
const pathOf = (url) => (typeof url === 'string' && /^\/[^/\\]/.test(url) ? url : '/inbox?view=waiting');

/*
 * Every call is shown: a browser that is called without showing anything takes the permission back. Who looks at the
 * conversation hears no sound. Pages that are open ask at once, so that their number is the icon's.
 */
async function show(call) {
	const path = pathOf(call.url), windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
	windows.forEach((w) => w.postMessage({ called: true }));
	const seen = windows.some((w) => w.focused && new URL(w.url).pathname === path.split('?')[0]);
	const tag = typeof call.tag === 'string' ? call.tag : 'deskbell';
	await self.registration.showNotification(call.title || 'Deskbell', { body: call.body || '', tag, renotify: !seen, silent: seen, data: { path }, icon: await icon(), badge: await icon() });
	try {
		await self.navigator.setAppBadge?.(Number(call.waiting) || 0);
	} catch { /* no badge here */ }
}

self.addEventListener('push', (event) => event.waitUntil(show(read(event.data))));

async function open(path) {
	const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
	const at = windows.find((w) => w.focused) ?? windows.find((w) => new URL(w.url).pathname.startsWith('/inbox')) ?? windows[0];
	if (!at)
		return self.clients.openWindow(path);
	await at.focus().catch(() => {});
	return at.postMessage({ open: path });
}

self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	event.waitUntil(open(pathOf(event.notification.data?.path)));
});

/* The browser has another address from now on: it is given to the desk, if somebody is signed in. */
async function resubscribe(old) {
	const fresh = await self.registration.pushManager.subscribe(old.options), { keys } = fresh.toJSON();
	const account = await (await fetch('/account', { headers: { Accept: 'application/json' }, credentials: 'same-origin' })).json();
	await fetch('/account/push', {
		method: 'POST', credentials: 'same-origin', headers: { Accept: 'application/json' },
		body: new URLSearchParams({ csrf: account.csrf, endpoint: fresh.endpoint, key: keys.p256dh, auth: keys.auth }),
	});
}

self.addEventListener('pushsubscriptionchange', (event) => {
	if (event.oldSubscription)
		event.waitUntil(resubscribe(event.oldSubscription));
});
