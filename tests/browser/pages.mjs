/*
 * pages.mjs - opens every page that pages.t names at two widths, in one scheme each or in both, and tells what is wrong
 * with it.
 *
 * Reads JSON from stdin: origin, wait_ms, password, cases: [{ who, name, path, post, language }], widths, schemes, all
 * (each scheme at each width), pictures (a folder, for looking at them oneself). `who` signs in, or is null for nobody;
 * `post` is sent as a form from that page. Writes one JSON object a line: {name, why} for each case, {cookies} at the
 * end.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { cannotBeRead, launch } from './chromium.mjs';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const browser = await launch();
const WINDOWS = 2; /* side by side */

/* What sticks out of the window; runs in the page. */
const measure = () => {
	const found =
		document.documentElement.scrollWidth > innerWidth
			? [`wider than the window: ${document.documentElement.scrollWidth} of ${innerWidth}`]
			: [];
	/* What an ancestor cuts off, with an ellipsis say, ends where that one does. */
	const isCut = (box) =>
		box &&
		(/hidden|clip/.test(getComputedStyle(box).overflowX) ||
			box.matches('.table-box, .tabs, .views ul, .sr') ||
			isCut(box.parentElement));
	for (const box of document.querySelectorAll('body *')) {
		const r = box.getBoundingClientRect();
		if (r.width && r.right > innerWidth + 1 && !isCut(box))
			found.push(`sticks out: ${box.outerHTML.slice(0, 120)}`);
	}
	for (const box of document.querySelectorAll('.table-box'))
		if (box.scrollWidth > box.clientWidth + 1)
			found.push(`a table that has to be scrolled: ${box.scrollWidth} of ${box.clientWidth}`);
	/* Braces belong to hostile names, and to what can be put into canned replies. */
	const text = document.querySelector('main').innerText;
	const none =
		/.{0,30}\b(false|undefined|NaN|null)\b.{0,30}/.exec(text) ??
		/.{0,30}\{\{(?!csrf|contact\.name\}\}|agent\.name\}\}|organisation\}\})/.exec(text);
	if (none && !document.body.matches('.page-audit'))
		found.push(`a value that is none: ${none[0]}`);
	return found.slice(0, 3);
};

/* What can be reached with the keyboard and does not show it, or is not shown at all; runs in the page, after the Tab
 * key was pressed once. */
const unseen = () => {
	const found = [];
	const isSeen = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
	for (const part of document.querySelectorAll(
		'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"]',
	)) {
		if (part.disabled || part.tabIndex < 0 || !part.checkVisibility({ visibilityProperty: true }))
			continue;
		part.focus();
		if (document.activeElement !== part)
			continue;
		const r = part.getBoundingClientRect(),
			around = part.closest('.composer-box, .mode');
		const seen =
			isSeen(getComputedStyle(part)) ||
			(around && (isSeen(getComputedStyle(around)) || getComputedStyle(around).boxShadow !== 'none'));
		if (!seen || r.width < 2 || r.height < 2 || r.right < 0 || r.left > innerWidth)
			found.push(`focus is not seen: ${part.outerHTML.slice(0, 120)}`);
	}
	document.activeElement?.blur();
	return found.slice(0, 3);
};

/* Three Tabs lead from the list to the composer, past what stands between them on the screen, in that order. */
async function tabs(page) {
	if (
		!(await page.evaluate(() => {
			const row = document.querySelector('.row.here > a');
			row?.focus();
			return document.activeElement === row && !document.querySelector('#text')?.disabled;
		}))
	)
		return [];
	const stops = [];
	for (let i = 0; i < 3; i++) {
		await page.keyboard.press('Tab');
		stops.push(
			await page.evaluate(() => {
				const { left, top } = document.activeElement.getBoundingClientRect();
				return { id: document.activeElement.id || document.activeElement.className, left, top };
			}),
		);
	}
	const ordered = stops.every((stop, i) => i === 0 || stop.top > stops[i - 1].top),
		list = await page.evaluate(() => document.querySelector('.list').getBoundingClientRect().right);
	return stops[2].id === 'text' && ordered && stops.every((stop) => stop.left >= list - 1)
		? []
		: [`three Tabs from the list lead to ${JSON.stringify(stops)}`];
}

/* Opens what is folded, but for menus that lie over the page. */
const unfold = () =>
	document.querySelectorAll('details').forEach((d) => {
		if (!d.closest('.menu, .more'))
			d.open = true;
	});

/* Colours are all that differs between the schemes. */
async function inspect(page, isFirst) {
	const options = {
		resultTypes: ['violations', 'incomplete'],
		...(isFirst ? {} : { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }),
	};
	const result = await page.evaluate((o) => axe.run(document, o), options);
	const found = [
		...result.violations.flatMap((v) =>
			v.nodes.map(
				(n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary.split('\n').slice(1, 3).join(' ')}`,
			),
		),
		...cannotBeRead(result),
	];
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
	const why = [],
		began = Date.now();
	await page.setViewportSize({ width: given.widths[0], height: 800 });
	complaints.length = 0;
	why.push(...(await open(page, one)));
	why.push(...complaints.filter((c) => !one.fails || !/status of/.test(c)));
	why.push(...(await tabs(page)));
	await page.evaluate(unfold);
	await page.evaluate(axe);
	for (const [i, width] of given.widths.entries()) {
		await page.setViewportSize({ width, height: given.heights?.[width] ?? 800 });
		const schemes = given.all ? given.schemes : [given.schemes[i % given.schemes.length]];
		for (const scheme of schemes) {
			await page.emulateMedia({ colorScheme: scheme });
			const at = `${scheme}, ${width} px: `;
			if (given.pictures)
				await page.screenshot({
					path: path.join(given.pictures, `${one.name.replace(/[^\w-]+/g, '-')}-${width}-${scheme}.png`),
					fullPage: !!given.full,
				});
			else
				why.push(...(await inspect(page, scheme === schemes[0])).map((line) => at + line));
			if (scheme === schemes[0]) {
				await page.keyboard.press('Tab');
				why.push(...(await page.evaluate(unseen)).map((line) => at + line));
			}
			if (scheme === schemes[0])
				why.push(...(await page.evaluate(measure)).map((line) => at + line));
		}
	}
	tell({ name: one.name, ms: Date.now() - began, why: why.join('\n') });
}

/* All pages of one person, in one window. */
async function visit(who, cases) {
	const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
	context.setDefaultTimeout(given.wait_ms);
	const page = await context.newPage(),
		complaints = [];
	page.on('console', (m) => {
		if (m.type() === 'error')
			complaints.push(`console: ${m.text()}`);
	});
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

/* What an operator and an admin do all day, with the keyboard alone, in a browser that runs no script. */
async function workPlainly({ who, conversation, other }) {
	const context = await browser.newContext({
		javaScriptEnabled: false,
		locale: 'en-US',
		viewport: { width: 1280, height: 900 },
	});
	context.setDefaultTimeout(given.wait_ms);
	const page = await context.newPage(),
		here = () => new URL(page.url()).pathname;
	const go = (at) => page.goto(given.origin + at);
	const said = async (text) => page.locator('.flash', { hasText: text }).waitFor();
	const press = async (name, within = page) => {
		const button = within.getByRole('button', { name, exact: true }).first();
		await button.focus();
		await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	};
	const fill = async (fields) => {
		for (const [id, value] of Object.entries(fields))
			await page.locator(`#${id}`).fill(value);
	};
	const shown = (text) => page.getByText(text, { exact: false }).first().waitFor();
	const is = (what, good) => {
		if (!good)
			throw new Error(`${what}, at ${page.url()}`);
	};
	const steps = {
		'signs in': async () => {
			await go('/sign-in');
			await fill({ email: who, password: given.password });
			await Promise.all([page.waitForURL((url) => url.pathname === '/inbox'), page.keyboard.press('Enter')]);
			tell({ cookies: (await context.cookies()).map((c) => c.value) });
		},
		'opens a conversation from the list': async () => {
			await page.locator(`#open-${conversation}`).focus();
			await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
			is('another conversation', here() === `/inbox/${conversation}`);
		},
		'filters the list': async () => {
			await page.locator('.filter summary').focus();
			await page.keyboard.press('Enter');
			await page.locator('.filter .chip', { hasText: 'Telegram' }).focus();
			await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
			is('nothing filtered', page.url().includes('platform=telegram'));
			await go(`/inbox/${conversation}`);
		},
		'takes over': async () => {
			await press('Take over');
			await said('You answer this conversation');
		},
		'inserts a canned reply and sends it': async () => {
			await page.locator('#canned').selectOption({ label: '/hi Greeting' });
			await press('Insert');
			is('no reply inserted', (await page.locator('#text').inputValue()).includes('How can we help?'));
			await press('Send');
			await page.locator('#messages .text', { hasText: 'Hello! How can we help?' }).waitFor();
		},
		'reads why the bot answered': async () => {
			await page.locator('.why summary').first().focus();
			await page.keyboard.press('Enter');
			await page.locator('.why[open] .verdict').first().waitFor();
		},
		'assigns, tags and notes': async () => {
			await page.locator('#assignee').selectOption({ label: 'Ana Ruiz' });
			await press('Assign');
			await said('was assigned');
			await fill({ tag: 'keyboard' });
			await press('Add');
			await page.locator('#about .chip', { hasText: 'keyboard' }).waitFor();
			await fill({ note: 'Noted without a mouse.' });
			await press('Add the note');
			await page.locator('.note-item', { hasText: 'Noted without a mouse.' }).waitFor();
		},
		'returns it to the bot, closes and reopens it': async () => {
			await press('Return to bot');
			await press('Close', page.locator('#actions'));
			await said('is closed');
			await go(`/inbox/${conversation}`);
			await press('Reopen');
			await said('open again');
		},
		'changes a lead': async () => {
			await go(`/leads/${other}`);
			await fill({ service: 'Peonies', budget: '300 EUR' });
			await press('Save');
			await said('lead was saved');
			is('no lead', (await page.locator('#service').inputValue()) === 'Peonies');
		},
		'adds, tries and deletes a skill': async () => {
			await go('/skills/new');
			await fill({ title: 'Vases', triggers: 'do you sell vases\nvases', response: 'Yes, from 12 €.' });
			await press('Save');
			await go('/skills/try');
			await fill({ message: 'vases' });
			await press('Try it');
			await shown('Yes, from 12 €.');
			await go('/skills');
			await page.getByRole('link', { name: 'Vases' }).focus();
			await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
			await press('Delete');
			await press('Delete the skill');
			await said('skill was deleted');
		},
		'pastes a document and finds its passages': async () => {
			await go('/knowledge/new');
			await page.locator('form:has(#body) #title').fill('Vases');
			await fill({ body: 'A vase of glass costs 12 EUR. A vase of clay costs 9 EUR.' });
			await press('Save');
			await shown('A vase of clay costs 9 EUR.');
		},
		'discards what waits in the queue': async () => {
			await go('/queue');
			await page
				.getByRole('button', { name: /^Discard/ })
				.first()
				.focus();
			await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
			await press('Discard');
			await said('was discarded');
		},
		'changes the bot and tests a channel': async () => {
			await go('/settings/bot');
			await press('Save');
			await said('settings were saved');
			await go('/settings/channels/whatsapp');
			await press('Test the connection');
			await said('The connection works.');
			is('no address to copy', (await page.locator('#callback').inputValue()).endsWith('/api/webhooks/whatsapp'));
		},
		'signs out': async () => {
			await go('/account');
			await press('Sign out', page.locator('header'));
			is('still signed in', here() === '/sign-in');
		},
	};
	for (const [name, step] of Object.entries(steps)) {
		const began = Date.now();
		let why = '';
		await step().catch((error) => {
			why = `${error.message}\nat ${page.url()}`;
		});
		tell({ name: `without scripts, ${name}`, ms: Date.now() - began, why });
	}
	await context.close();
}

const work = [
	...(Map.groupBy?.(given.cases, (c) => c.who) ??
		given.cases.reduce((m, c) => m.set(c.who, [...(m.get(c.who) ?? []), c]), new Map())),
];
const parts = work.flatMap(([who, cases]) =>
	cases.length > 12
		? [
				[who, cases.slice(0, cases.length / 2)],
				[who, cases.slice(cases.length / 2)],
			]
		: [[who, cases]],
);
await Promise.all(
	Array.from({ length: WINDOWS }, async () => {
		for (let part = parts.shift(); part; part = parts.shift())
			await visit(...part);
	}),
);
if (given.plain)
	await workPlainly(given.plain);
await browser.close();
