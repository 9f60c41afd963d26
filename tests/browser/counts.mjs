/*
 * counts.mjs - three operators while customers write: the number of those who wait is the same in the view, the menu,
 * the title, on the icon and in what browsers are called with; each view counts right for each.
 *
 * Reads JSON from stdin: origin, control (of the simulator), number, password, operators (e-mails of three, the third
 * on a phone), many (how many are more than the desk counts), wait_ms. Writes JSON lines: {name, ms, why} for each
 * step, {cookies} at the end. The first looks at those who wait, the second at the leads, the third at what is hers;
 * each has a browser that is called.
 */
import fs from 'node:fs';
import { launchWhole } from './chromium.mjs';
import { deliver, pushService, usePushService } from './calls.mjs';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const is = (what, good) => { if (!good) throw new Error(what); };
const PLACES = ['/inbox?view=waiting', '/leads', '/inbox?view=mine'];
const browser = await launchWhole();
const complaints = [];
/* What is so by now; of each operator how many conversations are theirs, and how often their browser was called. */
const now = { waiting: 0, unassigned: 0, all: 0, snoozed: 0, closed: 0, mine: [0, 0, 0], calls: [0, 0, 0] };

async function until(what, ask) {
	for (const end = Date.now() + given.wait_ms; Date.now() < end; await new Promise((done) => setTimeout(done, 100)))
		if (await ask())
			return;
	throw new Error(`waited in vain for ${what()}`);
}

async function operator(email, i) {
	const phone = i === 2, service = await pushService();
	const viewport = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
	const kind = { hasTouch: phone, isMobile: phone, locale: 'en-US', reducedMotion: 'reduce' };
	const context = await browser.newContext({ viewport, ...kind });
	context.setDefaultTimeout(given.wait_ms);
	await usePushService(context, service);
	await context.addInitScript(() => {
		Navigator.prototype.setAppBadge = async (n) => { globalThis.badge = n; };
		Navigator.prototype.clearAppBadge = async () => { globalThis.badge = 0; };
	});
	const page = await context.newPage();
	page.on('console', (m) => { if (m.type() === 'error') complaints.push(`${email}: ${m.text()}`); });
	page.on('pageerror', (e) => complaints.push(`${email}: ${e.message}`));
	await page.goto(`${given.origin}/sign-in`);
	await page.locator('#email').fill(email);
	await page.locator('#password').fill(given.password);
	await Promise.all([page.waitForURL((url) => url.pathname === '/inbox'), page.keyboard.press('Enter')]);
	await page.goto(`${given.origin}/account`);
	await page.getByRole('button', { name: 'Notify me in this browser', exact: true }).click();
	await page.locator('.push-on').waitFor({ state: 'visible' });
	await page.goto(given.origin + PLACES[i]);
	return { email, context, page, service, place: PLACES[i] };
}

async function writes(n, text = 'zqbody is my zeppelin ready?') {
	const message = { phone_number_id: given.number, from: String(34600000000 + n), name: `Customer ${n}`, text };
	const headers = { 'Content-Type': 'application/json' }, body = JSON.stringify(message);
	const answer = await fetch(`${given.control}/control/inbound`, { method: 'POST', body, headers });
	is(`the simulator answered ${answer.status}`, answer.ok);
}

/* "7", and from a hundred on "99+". */
const shown = (n) => (n > 99 ? '99+' : String(n || ''));

/* Every place in which a number stands, as each operator sees it. */
function look() {
	const counts = {};
	for (const a of document.querySelectorAll('.views a'))
		counts[new URL(a.href).searchParams.get('view') ?? 'all'] = a.querySelector('.count')?.textContent ?? '';
	const [, title = ''] = /^\(([^)]+)\) /.exec(document.title) ?? [];
	const menu = document.querySelector('#waiting-count').cloneNode(true);
	menu.querySelector('.sr')?.remove();
	return JSON.stringify({ title, menu: menu.textContent, badge: globalThis.badge, counts });
}

function wanted(i) {
	const { waiting, unassigned, all, snoozed, closed, mine } = now;
	const views = { waiting, mine: mine[i], unassigned, all, snoozed, closed };
	return JSON.stringify({ title: shown(waiting), menu: shown(waiting), badge: Math.min(waiting, 100),
		counts: i === 1 ? {} : Object.fromEntries(Object.entries(views).map(([view, n]) => [view, shown(n)])) });
}

async function agree() {
	for (const [i, o] of operators.entries()) {
		let seen = '';
		await until(
			() => `${o.email}: ${seen} instead of ${wanted(i)}`,
			async () => (seen = await o.page.evaluate(look)) === wanted(i),
		);
	}
}

/* Those operators are called, once more each, and nobody else; the number in it is that of the page, and the icon gets
 * it from the service worker, too. */
async function called(...who) {
	for (const i of who)
		now.calls[i]++;
	for (const [i, { email, service: { calls }, context, page }] of operators.entries()) {
		await until(
			() => `${email} to be called ${now.calls[i]} times: ${JSON.stringify(calls)}`,
			() => calls.length >= now.calls[i],
		);
		is(`${email} was called ${calls.length} times: ${JSON.stringify(calls)}`, calls.length === now.calls[i]);
		if (!who.includes(i))
			continue;
		const { call, error } = calls.at(-1);
		is(`${email}: ${error ?? JSON.stringify(call)}, ${now.waiting} wait`, call?.waiting === Math.min(now.waiting, 100));
		const worker = context.serviceWorkers()[0] ?? await context.waitForEvent('serviceworker');
		await worker.evaluate(() => {
			Object.getPrototypeOf(navigator).setAppBadge = async (n) => { globalThis.badge = n; };
		});
		await deliver(context, page, call);
		await until(
			() => `${email}: the icon of the service worker`,
			async () => await worker.evaluate(() => globalThis.badge) === Math.min(now.waiting, 100),
		);
	}
}

const back = (o) => o.page.goto(given.origin + o.place);

/* The conversation with this customer, on the screen of an operator. */
async function open({ page }, n) {
	await page.goto(`${given.origin}/inbox?q=${String(34600000000 + n).slice(-9)}`);
	await page.locator('#rows > .row > a').first().click();
	await page.locator('#composer').waitFor({ state: 'visible' });
}

const operators = await Promise.all(given.operators.map(operator)), [ana, ben, carla] = operators;

const steps = {
	'nobody waits': agree,
	'three customers wait, and each rings once for all': async () => {
		for (const n of [1, 2, 3]) {
			await writes(n);
			now.waiting = now.unassigned = now.all = n;
			await called(0, 1, 2);
			await agree();
		}
	},
	'one is assigned: it waits on, and is his': async () => {
		await open(ana, 1);
		await ana.page.locator('#assignee').selectOption({ label: ben.email });
		await ana.page.locator('#toasts .toast').waitFor();
		Object.assign(now, { unassigned: 2, mine: [0, 1, 0] });
		await back(ana);
		await called(1);
		await agree();
	},
	'one is taken over on a phone: it waits on, and is hers': async () => {
		await open(carla, 3);
		await carla.page.locator('#actions [data-key="t"]').tap();
		await carla.page.locator('#actions [data-key="t"]', { hasText: 'Return' }).waitFor();
		Object.assign(now, { unassigned: 1, mine: [0, 1, 1] });
		await back(carla);
		await agree();
	},
	'whose conversation it is rings, and nobody else': async () => {
		await writes(1, 'zqbody are you there?');
		await ana.page.locator('#rows .row', { hasText: 'are you there' }).waitFor();
		await agree();
		is('it rings although it waited already', operators.every(({ service }, i) => service.calls.length === now.calls[i]));
	},
	'a reply ends the wait, for all': async () => {
		await open(ana, 2);
		await ana.page.locator('#text').fill('zqbody it is ready');
		await ana.page.locator('#composer .send').click();
		await ana.page.locator('#messages .operator').waitFor();
		Object.assign(now, { waiting: 2, unassigned: 0, mine: [1, 1, 1] });
		await back(ana);
		await agree();
	},
	'so does Close, on a phone': async () => {
		await open(carla, 3);
		await carla.page.locator('#actions [data-key="e"]').tap();
		await carla.page.locator('#toasts .toast').waitFor();
		Object.assign(now, { waiting: 1, all: 2, closed: 1, mine: [1, 1, 0] });
		await back(carla);
		await agree();
	},
	'snoozed, it waits in no number': async () => {
		await open(ben, 1);
		await ben.page.locator('#actions summary').click();
		await ben.page.locator('#actions .item[value="hour"]').click();
		await ben.page.locator('#toasts .toast').waitFor();
		Object.assign(now, { waiting: 0, all: 1, snoozed: 1, mine: [1, 0, 0] });
		await back(ben);
		await agree();
	},
	'a customer whose conversation was closed waits again': async () => {
		await writes(3, 'zqbody and one more thing');
		Object.assign(now, { waiting: 1, unassigned: 1, all: 2, closed: 0 });
		await called(0, 1, 2);
		await agree();
	},
	'snoozed until the customer writes': async () => {
		await writes(1, 'zqbody please call me');
		Object.assign(now, { waiting: 2, all: 3, snoozed: 0, mine: [1, 1, 0] });
		await called(1);
		await agree();
	},
	'what the bot handles rings for nobody and is counted in All': async () => {
		await writes(4, 'when are you open?');
		Object.assign(now, { unassigned: 2, all: 4 });
		await agree();
		is('it rings', operators.every(({ service }, i) => service.calls.length === now.calls[i]));
	},
	'a call brings the page of a hidden window up to date at once': async () => {
		await ben.page.evaluate(() => {
			Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
			document.dispatchEvent(new Event('visibilitychange'));
		});
		await ben.page.waitForRequest((request) => new URL(request.url()).pathname === '/updates');
		await writes(5);
		Object.assign(now, { waiting: 3, unassigned: 3, all: 5 });
		await called(0, 1, 2);
		await ben.page.waitForFunction((title) => document.title.startsWith(title), '(3) ', { timeout: 2000 });
		await back(ben);
		await agree();
	},
	'more than are counted are 99+ everywhere': async () => {
		for (let n = 0; n < given.many; n++)
			await writes(100 + n);
		Object.assign(now, { waiting: 3 + given.many, unassigned: 3 + given.many, all: 5 + given.many });
		await agree();
		await until(
			() => 'the last call',
			() => operators.every(({ service: { calls } }, i) => calls.length === now.calls[i] + given.many),
		);
		for (const { email, service: { calls } } of operators)
			is(`${email}: ${JSON.stringify(calls.at(-1))}`, calls.at(-1).call?.waiting === 100);
	},
	'signed out, the icon shows no number': async () => {
		await ana.page.goto(`${given.origin}/account`);
		await ana.page.getByRole('button', { name: 'Sign out', exact: true }).click();
		await ana.page.waitForURL((url) => url.pathname === '/sign-in');
		await ana.page.waitForFunction(() => globalThis.badge === 0 && !document.title.startsWith('('));
	},
};

try {
	for (const [name, step] of Object.entries(steps)) {
		const began = Date.now();
		let why = '';
		await step().catch((error) => { why = error.message; });
		why = [why, ...complaints.splice(0)].filter(Boolean).join('\n');
		tell({ name, ms: Date.now() - began, why });
		if (why)
			break; /* the numbers of the next are made of these */
	}
	tell({ cookies: (await Promise.all(operators.map(({ context }) => context.cookies()))).flat().map((c) => c.value) });
} catch (error) {
	tell({ name: 'the test itself', ms: 0, why: error.stack });
}
operators.forEach(({ service }) => service.close());
await browser.close();
