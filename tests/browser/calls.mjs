/*
 * calls.mjs - a push service that stands in for a vendor's, and a browser that is called through it.
 *
 * Chromium's own push service is not on the loopback, so what PushManager gives is made here: an address of this
 * service, and keys whose private half is here too. The service checks what a real one checks (the signature of VAPID,
 * its audience and time, TTL and encoding), and decrypts as a browser does (RFC 8291). What it has read is handed to
 * the real service worker, which shows a real notification.
 */
import crypto from 'node:crypto';
import http from 'node:http';

const b64 = (bytes) => Buffer.from(bytes).toString('base64url');
const hkdf = (salt, secret, info, n) => Buffer.from(crypto.hkdfSync('sha256', secret, salt, info, n));

/* Throws when the signature is not one of this key for this origin. */
function checkVapid(header, origin) {
	const [, token, key] = /^vapid t=([^,]+), k=(.+)$/.exec(header ?? '') ?? [];
	if (!token)
		throw new Error('no VAPID');
	const [head, claims, signature] = token.split('.'),
		point = Buffer.from(key, 'base64url');
	const jwk = { kty: 'EC', crv: 'P-256', x: b64(point.subarray(1, 33)), y: b64(point.subarray(33)) };
	const good = crypto.verify(
		'sha256',
		Buffer.from(`${head}.${claims}`),
		{ key: crypto.createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
		Buffer.from(signature, 'base64url'),
	);
	const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url')),
		now = Date.now() / 1000;
	if (
		!good ||
		JSON.parse(Buffer.from(head, 'base64url')).alg !== 'ES256' ||
		aud !== origin ||
		exp < now ||
		exp > now + 86400 ||
		!/^(mailto:|https?:)/.test(sub)
	)
		throw new Error(`the signature is not good: ${good} ${aud} ${exp} ${sub}`);
	return key;
}

function decrypt(body, ecdh, auth) {
	const salt = body.subarray(0, 16),
		length = body[20],
		theirs = body.subarray(21, 21 + length),
		sealed = body.subarray(21 + length);
	const material = hkdf(
		auth,
		ecdh.computeSecret(theirs),
		Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), theirs]),
		32,
	);
	const cipher = crypto.createDecipheriv(
		'aes-128-gcm',
		hkdf(salt, material, 'Content-Encoding: aes128gcm\0', 16),
		hkdf(salt, material, 'Content-Encoding: nonce\0', 12),
	);
	cipher.setAuthTag(sealed.subarray(-16));
	const text = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
	if (text.at(-1) !== 2)
		throw new Error('the record does not end as the last one does');
	return JSON.parse(text.subarray(0, -1));
}

/* { subscription, calls, answer(status), close() }: `calls` grows by what was read, `answer` is what the next
 * requests get. */
export async function pushService() {
	const ecdh = crypto.createECDH('prime256v1'),
		auth = crypto.randomBytes(16),
		calls = [];
	let status = 201;
	ecdh.generateKeys();
	const server = http.createServer((request, response) => {
		const parts = [];
		request.on('data', (part) => parts.push(part));
		request.on('end', () => {
			try {
				const key = checkVapid(request.headers.authorization, origin);
				if (request.headers['content-encoding'] !== 'aes128gcm' || !/^\d+$/.test(request.headers.ttl))
					throw new Error('encoding or TTL are wrong');
				calls.push({ key, call: decrypt(Buffer.concat(parts), ecdh, auth), topic: request.headers.topic });
				response.writeHead(status).end();
			} catch (error) {
				calls.push({ error: error.message });
				response.writeHead(403).end();
			}
		});
	});
	await new Promise((done) => {
		server.listen(0, '127.0.0.1', done);
	});
	const origin = `http://127.0.0.1:${server.address().port}`;
	return {
		calls,
		answer: (code) => {
			status = code;
		},
		close: () => server.close(),
		subscription: { endpoint: `${origin}/send/1`, keys: { p256dh: b64(ecdh.getPublicKey()), auth: b64(auth) } },
	};
}

/* In the pages of this context the push service of the browser is `service`. The key that the page subscribes with is
 * checked by what it sends. */
export async function usePushService(context, service) {
	await context.grantPermissions(['notifications']);
	await context.addInitScript((given) => {
		const made = {
			endpoint: given.endpoint,
			options: {},
			toJSON: () => given,
			unsubscribe: async () => {
				sessionStorage.removeItem('test.push');
				return true;
			},
		};
		PushManager.prototype.subscribe = async (options) => {
			sessionStorage.setItem('test.push', btoa(String.fromCharCode(...options.applicationServerKey)));
			return made;
		};
		PushManager.prototype.getSubscription = async () => (sessionStorage.getItem('test.push') ? made : null);
		if (Notification.permission !== 'granted')
			Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
		Notification.requestPermission = async () => 'granted';
	}, service.subscription);
}

/* Hands a message to the service worker of the page, as the browser does with one of its push service. */
export async function deliver(context, page, call) {
	const cdp = await context.newCDPSession(page),
		{ origin } = new URL(page.url());
	const registrationId = await new Promise((done) => {
		cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
			const mine = registrations.find((r) => r.scopeURL.startsWith(origin) && !r.isDeleted);
			if (mine)
				done(mine.registrationId);
		});
		cdp.send('ServiceWorker.enable');
	});
	await cdp.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(call) });
	await cdp.detach();
}
