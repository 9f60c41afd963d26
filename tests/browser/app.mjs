/*
 * app.mjs - the desk as an application, as Chromium sees it: can it be installed, is its service worker in charge of
 * all of it, and what is there without a network.
 *
 * Reads JSON from stdin: origin, password, users ([{email, language, offline: what the page without a network says}]),
 * wait_ms. Writes JSON lines: {name, ms, why} for each step, {cookies} at the end.
 */
import fs from 'node:fs';
import { launchWhole } from './chromium.mjs';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const is = (what, good) => { if (!good) throw new Error(what); };
const browser = await launchWhole();
const cookies = [];

async function step(name, walk) {
	const began = Date.now();
	const why = await walk().then(() => '', (error) => error.message);
	tell({ name, ms: Date.now() - began, why });
}

async function signedIn({ email, language }) {
	const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
	context.setDefaultTimeout(given.wait_ms);
	const page = await context.newPage();
	await page.goto(`${given.origin}/sign-in`);
	await page.locator('#email').fill(email);
	await page.locator('#password').fill(given.password);
	await Promise.all([page.waitForURL((url) => url.pathname === '/inbox'), page.keyboard.press('Enter')]);
	const lang = await page.locator('html').getAttribute('lang');
	is(`the page is in ${lang}`, lang === language);
	return { context, page };
}

async function installs(page) {
	const cdp = await page.context().newCDPSession(page);
	const { url, errors, data } = await cdp.send('Page.getAppManifest');
	is(`${url}: ${JSON.stringify(errors)}`, url === `${given.origin}/manifest.webmanifest` && errors.length === 0);
	is(data, JSON.parse(data).name === 'Deskbell');
	const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
	/* A window without a screen is one in private for Chromium. */
	const real = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
	is(JSON.stringify(real), real.length === 0);
	await cdp.detach();
}

async function isInCharge(page) {
	const found = await page.evaluate(async () => {
		const { scope, active } = await navigator.serviceWorker.ready;
		return [scope, active.scriptURL, (await navigator.serviceWorker.getRegistrations()).length];
	});
	is(JSON.stringify(found), found.join() === [`${given.origin}/`, `${given.origin}/sw.js`, 1].join());
	await page.reload();
	await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/* In the user's language and with its looks; what the worker keeps says nothing of anybody. */
async function withoutNetwork(context, page, { email, offline }) {
	await page.waitForFunction(async (said) => (await (await caches.match('/offline'))?.text())?.includes(said), offline);
	await context.setOffline(true);
	for (const path of ['/inbox?view=waiting', '/leads', '/settings/channels']) {
		await page.goto(given.origin + path);
		is(`${path}: ${await page.locator('main').innerText()}`, (await page.locator('h1').innerText()) === offline);
		const looks = await page
			.locator('.empty')
			.evaluate((e) => [getComputedStyle(e).textAlign, e.firstElementChild.getBoundingClientRect().width]);
		is(`it looks like ${looks}`, looks.join() === 'center,40');
	}
	const kept = await page.evaluate(async () => {
		const all = await (await caches.open('deskbell-1')).matchAll();
		return Promise.all(all.map(async (one) => [new URL(one.url).pathname, await one.text()]));
	});
	const isOurs = ([path, text]) => /^\/(offline|manifest\.webmanifest|assets\/.*)$/.test(path) && !text.includes(email);
	is(JSON.stringify(kept.map(([path]) => path)), kept.length > 3 && kept.every(isOurs));
	await context.setOffline(false);
	await page.locator('.btn.primary').click();
	await page.waitForURL((url) => url.pathname === '/inbox');
	await page.locator('.rail').waitFor({ state: 'visible' });
}

for (const user of given.users) {
	const { context, page } = await signedIn(user);
	await step(`${user.language}: Chromium can install it`, () => installs(page));
	await step(`${user.language}: one service worker is in charge of the whole desk`, () => isInCharge(page));
	await step(`${user.language}: without a network there is a page that says so, in the user's language`, () =>
		withoutNetwork(context, page, user),
	);
	cookies.push(...(await context.cookies()).map((c) => c.value));
	await context.close();
}
tell({ cookies });
await browser.close();
