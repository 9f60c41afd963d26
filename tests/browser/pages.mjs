/*
 * pages.mjs - opens every page that pages.t names, in both schemes and at two widths, and tells what is wrong with it.
 *
 * Reads JSON from stdin: origin, password, cases: [{ who, name, path, post, language }], widths, schemes, pictures (a folder, for looking at them oneself). `who`
 * signs in, or is null for nobody; `post` is sent as a form from that page. Writes one JSON object a line: {name, why} for each case, {cookies} at the end.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const WINDOWS = 2; /* side by side */

/* What sticks out of the window; runs in the page. */
const measure = () => {
	const found = document.documentElement.scrollWidth > innerWidth ? [`wider than the window: ${document.documentElement.scrollWidth} of ${innerWidth}`] : [];
	const isCut = (box) => box && (getComputedStyle(box).overflowX !== 'visible' || isCut(box.parentElement));
	for (const box of document.querySelectorAll('body *')) {
		const r = box.getBoundingClientRect();
		if (r.width && r.right > innerWidth + 1 && !isCut(box.parentElement))
			found.push(`sticks out: ${box.outerHTML.slice(0, 120)}`);
	}
	for (const box of document.querySelectorAll('.table-box'))
		if (box.scrollWidth > box.clientWidth + 1)
			found.push(`a table that has to be scrolled: ${box.scrollWidth} of ${box.clientWidth}`);
	const none = /.{0,30}\b(false|undefined|NaN|null)\b.{0,30}|.{0,30}\{\{(?!csrf)/.exec(document.querySelector('main').innerText);
	if (none && !document.body.matches('.page-audit'))
		found.push(`a value that is none: ${none[0]}`);
	return found.slice(0, 3);
};

/* Opens what is folded, but for menus that lie over the page. */
const unfold = () => document.querySelectorAll('details').forEach((d) => { if (!d.closest('.menu, .more')) d.open = true; });

/* Colours are all that differs between the schemes. */
async function inspect(page, scheme) {
	const options = { resultTypes: ['violations'], ...(scheme === given.schemes[0] ? {} : { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }) };
	const result = await page.evaluate((o) => axe.run(document, o), options);
	const found = result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary.split('\n').slice(1, 3).join(' ')}`));
	return result.passes.length < (options.runOnly ? 1 : 10) ? ['axe-core has hardly looked'] : found;
}

function submit({ action, fields }) {
	const form = document.createElement('form');
	form.method = 'post';
	form.action = action;
	const token = document.querySelector('[name="csrf"]')?.value ?? '';
	for (const [name, value] of Object.entries({ csrf: token, ...fields })) {
		const input = document.createElement('textarea');
		input.name = name;
		input.value = value;
		form.append(input);
	}
	document.body.append(form);
	form.submit();
}

async function open(page, one) {
	await page.goto(given.origin + one.path);
	if (one.post)
		await Promise.all([page.waitForNavigation(), page.evaluate(submit, { action: one.path, ...one.post })]);
	const here = new URL(page.url()).pathname;
	return one.lands && here !== one.lands ? [`it leads to ${here}`] : [];
}

async function look(page, complaints, one) {
	const why = [], began = Date.now();
	await page.setViewportSize({ width: given.widths[0], height: 800 });
	complaints.length = 0;
	why.push(...await open(page, one));
	why.push(...complaints.filter((c) => !one.fails || !/status of/.test(c)));
	await page.evaluate(unfold);
	await page.evaluate(axe);
	for (const width of given.widths) {
		await page.setViewportSize({ width, height: given.heights?.[width] ?? 800 });
		for (const scheme of given.schemes) {
			await page.emulateMedia({ colorScheme: scheme });
			const at = `${scheme}, ${width} px: `;
			if (given.pictures)
				await page.screenshot({ path: path.join(given.pictures, `${one.name.replace(/[^\w-]+/g, '-')}-${width}-${scheme}.png`), fullPage: !!given.full });
			else
				why.push(...(await inspect(page, scheme)).map((line) => at + line));
			if (scheme === given.schemes[0])
				why.push(...(await page.evaluate(measure)).map((line) => at + line));
		}
	}
	tell({ name: one.name, ms: Date.now() - began, why: why.join('\n') });
}

/* All pages of one person, in one window. */
async function visit(who, cases) {
	const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
	context.setDefaultTimeout(10000);
	const page = await context.newPage(), complaints = [];
	page.on('console', (m) => { if (m.type() === 'error') complaints.push(`console: ${m.text()}`); });
	page.on('pageerror', (e) => complaints.push(`exception: ${e.message}`));
	if (who) {
		await page.goto(`${given.origin}/sign-in`);
		await page.locator('#email').fill(who);
		await page.locator('#password').fill(given.password);
		await Promise.all([page.waitForURL((url) => url.pathname !== '/sign-in'), page.keyboard.press('Enter')]);
		tell({ cookies: (await context.cookies()).map((c) => c.value) });
	}
	for (const one of cases)
		await look(page, complaints, one).catch((error) => tell({ name: one.name, ms: 0, why: error.message }));
	await context.close();
}

const work = [...Map.groupBy?.(given.cases, (c) => c.who) ?? given.cases.reduce((m, c) => m.set(c.who, [...m.get(c.who) ?? [], c]), new Map())];
const parts = work.flatMap(([who, cases]) => cases.length > 12 ? [[who, cases.slice(0, cases.length / 2)], [who, cases.slice(cases.length / 2)]] : [[who, cases]]);
await Promise.all(Array.from({ length: WINDOWS }, async () => {
	for (let part = parts.shift(); part; part = parts.shift())
		await visit(...part);
}));
await browser.close();
