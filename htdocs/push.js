/*
 * push.js - the desk as an application: registers the service worker, lets this browser be called and no more, opens what was clicked.
 *
 * Whose browser it is stands in the memory of the browser: another person who signs in here is not called before they ask for it. Everything works without it.
 */
'use strict';
(() => {
	const words = document.getElementById('words')?.dataset ?? {};
	let section = document.querySelector('[data-push]');
	const KEY = 'desk.push';
	const recall = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
	const remember = (value) => { try { value ? localStorage.setItem(KEY, value) : localStorage.removeItem(KEY); } catch { /* no memory */ } };
	const signedIn = !document.body.classList.contains('out') && words.user;

	if (!('serviceWorker' in navigator) || !window.isSecureContext) {
		if (section)
			section.dataset.push = 'unable';
		return;
	}
	if (!signedIn)
		return;

	navigator.serviceWorker.addEventListener('message', (event) => {
		if (typeof event.data?.open === 'string' && /^\/[^/\\]/.test(event.data.open))
			location.assign(event.data.open);
		else if (event.data?.called)
			document.dispatchEvent(new Event('desk:changed'));
	});
	const ready = navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready);

	/* The page for when there is no network, once in each session and language. */
	const { lang } = document.documentElement, OFFLINE = 'desk.offline';
	ready.then(({ active }) => {
		if (sessionStorage.getItem(OFFLINE) === lang)
			return;
		active.postMessage({ language: lang });
		sessionStorage.setItem(OFFLINE, lang);
	}).catch(() => {});

	async function post(path, fields) {
		const csrf = document.querySelector('input[name="csrf"]')?.value ?? words.csrf;
		const answer = await fetch(path, { method: 'POST', credentials: 'same-origin', headers: { Accept: 'application/json' }, body: new URLSearchParams({ csrf, ...fields }) });
		if (!answer.ok)
			throw new Error(String(answer.status));
		return answer.json();
	}

	const give = (subscription) => {
		const { keys } = subscription.toJSON();
		return post('/account/push', { endpoint: subscription.endpoint, key: keys.p256dh, auth: keys.auth });
	};

	const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

	async function turnOn() {
		if (await Notification.requestPermission() !== 'granted')
			throw new Error('denied');
		const { key } = await post('/account/push/key', {}), worker = await ready;
		const old = await worker.pushManager.getSubscription();
		const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
		const subscription = await worker.pushManager.subscribe(options).catch(async (error) => {
			if (!old)
				throw error;
			await old.unsubscribe(); /* made with another key */
			return worker.pushManager.subscribe(options);
		});
		await give(subscription);
		remember(words.user);
	}

	async function turnOff() {
		const subscription = await (await ready).pushManager.getSubscription();
		remember(null);
		if (!subscription)
			return;
		await post('/account/push/remove', { endpoint: subscription.endpoint });
		await subscription.unsubscribe();
	}

	/* What stands there is for whoever reads the page: on, off, denied, unable, failed. */
	async function paint(state) {
		const on = recall() === words.user && Notification.permission === 'granted' && await (await ready).pushManager.getSubscription();
		section.dataset.push = state ?? (on ? 'on' : Notification.permission === 'denied' ? 'denied' : 'off');
	}

	async function setUp() {
		if (!('PushManager' in window) || !('Notification' in window)) {
			section.dataset.push = 'unable';
			return;
		}
		for (const button of section.querySelectorAll('[data-push-do]'))
			button.addEventListener('click', async () => {
				button.disabled = true;
				try {
					await (button.dataset.pushDo === 'on' ? turnOn() : turnOff());
					location.reload();
				} catch (error) {
					await paint(error.message === 'denied' ? 'denied' : 'failed');
				}
				button.disabled = false;
			});
		await paint();
	}

	/* Once in each session: a session that has ended has taken its browser with it. */
	async function renew() {
		if (recall() !== words.user || !('PushManager' in window) || Notification.permission !== 'granted' || sessionStorage.getItem(KEY))
			return;
		const subscription = await (await ready).pushManager.getSubscription();
		if (!subscription)
			return;
		await give(subscription);
		sessionStorage.setItem(KEY, 'yes');
	}

	/* ---- Installing ---- */

	window.addEventListener('beforeinstallprompt', (event) => {
		const button = document.querySelector('[data-install]');
		if (!button)
			return;
		event.preventDefault();
		button.hidden = false;
		button.addEventListener('click', () => event.prompt());
	});

	const begin = () => {
		section = document.querySelector('[data-push]');
		if (section)
			setUp().catch(() => { section.dataset.push = 'failed'; });
	};
	begin();
	document.addEventListener('desk:page', begin);
	renew().catch(() => {});
})();
