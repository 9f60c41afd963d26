/*
 * check.mjs - TAP tests of the desk's front end, on the fixtures: no server and no database.
 *
 *     npm run tools && node check.mjs [PART...]        parts: templates words pages script
 *
 * templates: the rules of templates/README.md, valid HTML, sizes. words: every msgid is translated, with the same
 * variables. pages: axe-core, policy, width, touch targets in Chromium, in light and dark. script: htdocs/desk*.js
 * against a server that is played by the test.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { HtmlValidate } from 'html-validate';
import { cannotBeRead, launch } from './chromium.mjs';
import { catalogue, fixtures, render, serve } from './render.mjs';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const parts = process.argv.length > 2 ? process.argv.slice(2) : ['templates', 'words', 'pages', 'script'];
let count = 0,
	failed = 0;

function ok(name, problems = []) {
	const bad = problems === false ? ['it is not so'] : problems === true ? [] : problems;
	count++;
	console.log(`${bad.length ? 'not ok' : 'ok'} ${count} - ${name}`);
	if (bad.length) {
		failed++;
		bad.slice(0, 30).forEach((line) => console.log(`#   ${String(line).replace(/\n/g, '\n#   ')}`));
	}
}

const templates = fs
	.readdirSync(path.join(top, 'templates'))
	.filter((f) => f.endsWith('.mustache'))
	.map((f) => ({ name: f, text: fs.readFileSync(path.join(top, 'templates', f), 'utf8') }));
const list = fixtures();
const whole = list.filter((f) => !f.template.endsWith('-updates'));

/* All matches of a global expression, each as its groups. */
const matches = (text, expression) => [...text.matchAll(expression)];

const linesOf = ({ name, text }) =>
	text.split('\n').map((line, i) => ({ line, at: `${name}:${i + 1}: ${line.slice(0, 120)}` }));

/* Lines of the templates that are good for a test, as "file:line: text". */
const linesWhere = (is, except = () => false) =>
	templates
		.filter(({ name }) => !except(name))
		.flatMap(linesOf)
		.filter(({ line }) => is(line))
		.map(({ at }) => at);
const grep = (expression, except) => linesWhere((line) => expression.test(line), except);

const hasBareAttribute = (line) => /<[a-z][^>]*\s[a-z-]+=[^"\s>]/.test(line.replace(/"[^"]*"/g, '""'));
const formsOf = (text) => text.split('<form').slice(1);
const lacksToken = (form) => /^[^>]*method="post"/.test(form) && !form.split('</form>')[0].includes('name="csrf"');

function checkMarkup() {
	ok(
		'raw insertion in the layout only',
		grep(/\{\{\{|\{\{&/, (name) => name === 'layout.mustache'),
	);
	ok(
		'no inline script, style or handler',
		grep(/<style|\sstyle=|\son[a-z]+=|javascript:|<script(?! src="\{\{assets)/),
	);
	ok('nothing comes from elsewhere', grep(/(src|href|action)="https?:/));
	ok('attributes are quoted', linesWhere(hasBareAttribute));
	ok('words to translate stay on one line', grep(/\{\{#t\}\}(?!.*\{\{\/t\}\})/));
	/* The installer runs before there is a database, so without a session to take a token from: each of its forms
	 * carries a word that lies in an uploaded file. */
	const withSession = templates.filter(({ name }) => name !== 'install.mustache');
	ok(
		'every post form carries the csrf token',
		withSession.filter(({ text }) => formsOf(text).some(lacksToken)).map(({ name }) => name),
	);
}

function checkPartials() {
	const names = templates.map(({ name }) => name.replace('.mustache', ''));
	const used = new Set(templates.flatMap(({ text }) => matches(text, /\{\{> ([\w-]+)\}\}/g).map(([, name]) => name)));
	const absent = [...used].filter((name) => !names.includes(name));
	const unused = names.filter((name) => name.startsWith('_') && !used.has(name));
	ok('every partial exists and is used', [...absent, ...unused]);
	const pages = names.filter((name) => !name.startsWith('_') && name !== 'layout');
	ok(
		'every page has a fixture',
		pages.filter((name) => !list.some((f) => f.template === name)),
	);
}

function checkRendered() {
	const pages = list.map((f) => ({ name: f.name, html: render(f) }));
	const inPages = (expression, is = () => true) =>
		pages.flatMap(({ name, html }) =>
			matches(html, expression)
				.filter(is)
				.map((m) => `${name}: ${m[1]}`),
		);
	const icons = fs.readFileSync(path.join(top, 'htdocs/icons.svg'), 'utf8');
	const drawn = new Set(matches(icons, /<symbol id="([\w-]+)"/g).map((m) => m[1]));
	ok(
		'every icon is drawn',
		inPages(/icons\.svg#([\w-]*)/g, (m) => !drawn.has(m[1])),
	);
	const noValue = /(.{30}(?:\[object|undefined|>false<|"false"(?<!(?:pressed|check)="false")|>true<|NaN).{20})/g;
	ok('no value is printed that is none', inPages(noValue));
	ok(
		'pages are under 100 kB',
		pages.filter(({ html }) => Buffer.byteLength(html) > 100e3).map(({ name, html }) => `${name}: ${html.length}`),
	);
}

/* What a browser loads before the first page shows. */
const MOST_BYTES = {
	'desk.css': 61e3,
	'desk.js': 18e3,
	'desk-forms.js': 6e3,
	'desk-tabs.js': 4e3,
	'desk-list.js': 11e3,
	'desk-bulk.js': 4e3,
	'desk-thread.js': 11e3,
	'icons.svg': 10e3,
};
const SIZES = /^(1rem|var\(--(small|large|title)\)|16px !important)$/;

function isSlow(movement) {
	const [, number, unit] = /([\d.]+)(m?s)\b/.exec(movement) ?? [];
	return number && Number(number) * (unit === 's' ? 1000 : 1) >= 150;
}

/* A class that neither the style sheet nor a script knows is a mistyped one, or does nothing. */
function checkClasses() {
	const folder = path.join(top, 'htdocs'), source = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
	const styled = new Set(matches(source('desk.css'), /\.([a-z][\w-]*)/g).map((m) => m[1]));
	const scripts = fs.readdirSync(folder).filter((name) => name.endsWith('.js')).map(source).join('\n');
	const isKnown = (name) =>
		styled.has(name) || /^(page|hue)-/.test(name) || new RegExp(`[.'"\` ]${name}\\b`).test(scripts);
	const used = list.flatMap((f) => matches(render(f), / class="([^"]+)"/g).flatMap((m) => m[1].trim().split(/\s+/)));
	ok(
		'a class is one of the style sheet, or of a script',
		[...new Set(used)].filter((name) => !isKnown(name)),
	);
}

function checkAssets() {
	for (const [file, most] of Object.entries(MOST_BYTES))
		ok(`${file} is under ${most / 1000} kB`, fs.statSync(path.join(top, 'htdocs', file)).size < most);
	const css = fs.readFileSync(path.join(top, 'htdocs/desk.css'), 'utf8');
	/* 16 px: below it a phone zooms into a field. A drawing is scaled as a whole. */
	const sizes = matches(css, /^(.*?)font-size: ([^;}]+)/gm).filter(([, before]) => !before.includes('.drawing'));
	ok(
		'one scale of type',
		sizes.filter(([, , size]) => !SIZES.test(size.trim())).map(([rule]) => rule),
	);
	const weights = matches(css, /font-weight: ([^;}]+)/g);
	ok(
		'two weights',
		weights.filter(([, weight]) => !/^(400|600)$/.test(weight.trim())).map(([rule]) => rule),
	);
	/* Of each movement the first time is how long it takes, the second when it begins. */
	const movements = matches(css, /(?:transition|animation): ([^;}]+)/g).flatMap(([, all]) => all.split(','));
	ok('no motion of 150 ms and more', movements.filter(isSlow));
}

async function checkHtml() {
	const validator = new HtmlValidate({
		extends: ['html-validate:standard', 'html-validate:a11y'],
		rules: { 'no-implicit-button-type': 'off', 'prefer-native-element': ['error', { exclude: ['listbox'] }] },
	});
	const invalid = [];
	for (const f of whole)
		for (const result of (await validator.validateString(render(f))).results)
			invalid.push(...result.messages.map((m) => `${f.name}:${m.line}: ${m.ruleId}: ${m.message}`));
	ok('the pages are valid HTML', invalid);
}

async function checkTemplates() {
	checkMarkup();
	checkPartials();
	checkRendered();
	checkClasses();
	checkAssets();
	await checkHtml();
}

function checkWords() {
	const ids = new Set(
		templates.flatMap(({ text }) => [...text.matchAll(/\{\{#t\}\}(.*?)\{\{\/t\}\}/g)].map((m) => m[1])),
	);
	const variables = (text) =>
		[...text.matchAll(/\{\{(.*?)\}\}/g)]
			.map((m) => m[1])
			.sort()
			.join();
	for (const language of ['tr', 'es']) {
		const words = catalogue(language);
		ok(
			`${language}: every msgid is translated`,
			[...ids].filter((id) => !words.get(id)),
		);
		ok(
			`${language}: the same variables`,
			[...ids].filter((id) => variables(id) !== variables(words.get(id) ?? '')),
		);
		ok(
			`${language}: words of templates are plain text`,
			[...words].filter(([id, text]) => ids.has(id) && /[<>&"]/.test(text)).map(([id]) => id),
		);
	}
}

/* Opens every fixture once in a window of a finger's or a mouse's and takes all steps with it; a test for each step,
 * and one for what the browser complains of. */
async function look(browser, origin, { touch, query = '' }, steps) {
	const context = await browser.newContext({
		viewport: { width: steps[0].width, height: 800 },
		hasTouch: touch,
		isMobile: touch,
		reducedMotion: 'reduce',
	});
	const page = await context.newPage(),
		problems = steps.map(() => []),
		complaints = [];
	let name = '';
	page.on('console', (m) => {
		if (m.type() === 'error' && !/404|updates|\/read/.test(m.text() + m.location().url))
			complaints.push(`${name}: ${m.text()}`);
	});
	page.on('pageerror', (e) => complaints.push(`${name}: ${e.message}`));
	for (const [at, f] of whole.entries()) {
		({ name } = f);
		await page.goto(`${origin}/${name}${query}`);
		for (const [i, { width, scheme, inspect, half }] of steps.entries()) {
			if (half !== undefined && at % 2 !== half && !process.env.DESKBELL_ALL)
				continue;
			await page.setViewportSize({ width, height: 800 });
			await page.emulateMedia({ colorScheme: scheme ?? 'light' });
			problems[i].push(...(await inspect(page)).map((p) => `${name}: ${p}`));
		}
	}
	steps.forEach((s, i) => ok(s.name, problems[i]));
	ok(`no error${query}${touch ? ', touch' : ''}`, complaints);
	await context.close();
}

/* What sticks out of the window, and what is too small for a finger; runs in the page. */
const measure = ({ touch }) => {
	const found = [];
	document.querySelectorAll('.why').forEach((d) => {
		d.open = true;
	});
	if (document.documentElement.scrollWidth > innerWidth)
		found.push(`wider than the window: ${document.documentElement.scrollWidth}`);
	/* What an ancestor cuts off, with an ellipsis say, ends where that one does. */
	const shownRight = (box) => {
		let right = box.getBoundingClientRect().right;
		for (let around = box.parentElement; around; around = around.parentElement)
			if (getComputedStyle(around).overflowX !== 'visible')
				right = Math.min(right, around.getBoundingClientRect().right);
		return right;
	};
	for (const box of document.querySelectorAll('main *')) {
		const r = box.getBoundingClientRect();
		if (
			r.width &&
			r.right > innerWidth + 1 &&
			shownRight(box) > innerWidth + 1 &&
			!box.closest('.sr, .table-box, .tabs, .views, svg, .about, .thread-actions span')
		)
			found.push(`sticks out: ${box.outerHTML.slice(0, 80)}`);
	}
	for (const box of document.querySelectorAll('label, .btn, input, select, textarea')) {
		const r = box.getBoundingClientRect();
		const around = box.closest('.card, .block, .composer-box')?.getBoundingClientRect();
		const isOut = around?.width && (r.right > around.right + 1 || r.left < around.left - 1);
		if (r.width > 1 && isOut && !box.closest('.sr, .pop'))
			found.push(`sticks out of what it stands in: ${box.outerHTML.slice(0, 120)}`);
	}
	const pen = document.createElement('canvas').getContext('2d');
	for (const box of document.querySelectorAll('input[placeholder], textarea[rows="1"]')) {
		const { paddingLeft, paddingRight } = getComputedStyle(box);
		pen.font = getComputedStyle(box, '::placeholder').font;
		const room = box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
		if (box.clientWidth > 1 && !box.value && pen.measureText(box.placeholder).width > room + 1)
			found.push(`has no room: ${box.placeholder}`);
	}
	if (touch)
		for (const box of document.querySelectorAll(
			'.btn, .chip, .toggle, input:not([type=hidden], [type=checkbox], [type=radio], .sr), select, .rail a, .rail summary',
		)) {
			const r = box.getBoundingClientRect();
			if (r.width && !box.closest('.sr') && !box.matches('.sr') && (r.height < 39.5 || r.width < 39.5))
				found.push(`${Math.round(r.width)}x${Math.round(r.height)}: ${box.outerHTML.slice(0, 80)}`);
		}
	return found;
};

async function inspectByAxe(page) {
	await page.evaluate(() =>
		document.querySelectorAll('details').forEach((d) => {
			if (!d.closest('.menu, .more') && !d.matches('.menu, .more'))
				d.open = true;
		}),
	);
	await page.evaluate(axe);
	const result = await page.evaluate(() =>
		axe.run(document, {
			resultTypes: ['violations', 'incomplete'],
			runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
		}),
	);
	if (result.passes.length < 10)
		return ['axe-core has hardly looked'];
	return [
		...result.violations.flatMap((v) =>
			v.nodes.map(
				(n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary.split('\n').slice(1, 3).join(' ')}`,
			),
		),
		...cannotBeRead(result),
	];
}

async function checkPages(browser) {
	const server = await serve(list);
	/* The pages of the real stack are looked at by axe-core the other way round (pages.t). */
	const sticks = (width, touch, where = '') => ({
		name: `nothing sticks out${where}: ${width} px`,
		width,
		inspect: (page) => page.evaluate(measure, { touch }),
	});
	/* It takes most of the time: each fixture is looked at once, with DESKBELL_ALL both ways. */
	const byAxe = (width, scheme, half) => ({
		name: `axe-core finds nothing: ${scheme}, ${width} px`,
		width,
		scheme,
		half,
		inspect: inspectByAxe,
	});
	await look(browser, server.origin, { touch: true }, [sticks(360, true), byAxe(360, 'light', 0)]);
	await look(browser, server.origin, { touch: false }, [
		sticks(768),
		sticks(1280),
		sticks(1920),
		byAxe(1280, 'dark', 1),
	]);
	for (const language of ['es', 'tr'])
		await look(browser, server.origin, { touch: true, query: `?lang=${language}` }, [
			sticks(360, true, ` in ${language}`),
		]);
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${server.origin}/conversation`);
	ok(
		'without scripts a canned reply can be inserted and a text sent',
		(await page.getByRole('button', { name: 'Insert' }).isVisible()) &&
			(await page.getByRole('button', { name: 'Send', exact: true }).isVisible()),
	);
	await page.setViewportSize({ width: 1280, height: 600 });
	ok(
		'without scripts the newest message is in view',
		await page
			.locator('#message-1873')
			.evaluate((e) => e.getBoundingClientRect().bottom <= innerHeight)
			.catch(() => page.locator('#message-1873').isVisible()),
	);
	await context.close();
	for (const width of [360, 1280]) {
		const mirror = await browser.newPage({ viewport: { width, height: 800 } });
		await mirror.goto(`${server.origin}/conversation?lang=ar`);
		ok(
			`from right to left nothing sticks out: ${width} px`,
			await mirror.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
		);
		await mirror.close();
	}
	server.close();
}

async function checkScript(browser) {
	const server = await serve(list);
	const context = await browser.newContext({ viewport: { width: 1280, height: 700 } });
	const page = await context.newPage();
	const model = list.find((f) => f.name === 'conversation').model;
	const state = { version: 1, sent: [], answer: 200, asked: 0, unchanged: 0, reads: 0 };
	const latest = () => {
		const copy = structuredClone(model);
		copy.conversation.messages = copy.conversation.messages.slice(-2);
		if (state.version > 1) {
			copy.conversation.messages.push({
				id: '1900',
				bubble: true,
				customer: true,
				text: 'And one <b>more</b> thing',
				pieces: [{ text: 'And one <b>more</b> thing', bold: false, href: false, web: false }],
				time: { iso: '2026-11-22T10:50:00Z', text: '10:50' },
			});
			copy.counts = { waiting: '3', mine: '1', newest: '1900', newest_from: 'Marta Ruiz' };
		}
		return copy;
	};
	const updates = (template) => async (route) => {
		const tag = `"${template}-${state.version}"`;
		state.asked++;
		if (route.request().headers()['if-none-match'] === tag) {
			state.unchanged++;
			return route.fulfill({ status: 304 });
		}
		return route.fulfill({
			status: 200,
			contentType: 'text/html',
			headers: { ETag: tag },
			body: render({ template, model: latest() }),
		});
	};
	await page.route('**/inbox/31/updates', updates('conversation-updates'));
	await page.route('**/inbox/updates*', updates('inbox-updates'));
	await page.route('**/inbox/31/read', (route) => {
		state.reads++;
		return route.fulfill({ json: {} });
	});
	await page.route('**/inbox/31/messages', (route) => {
		state.sent.push(Object.fromEntries(new URLSearchParams(route.request().postData())));
		if (!state.answer)
			return route.abort();
		return state.answer === 200
			? route.fulfill({ json: {} })
			: route.fulfill({ status: state.answer, json: { form: { error: 'The window is closed.' } } });
	});
	await page.goto(`${server.origin}/conversation`);
	const text = page.locator('#text'),
		box = page.locator('#scroll');

	await page.waitForTimeout(2600);
	ok('both panes are polled', state.asked >= 2);
	ok('the title tells how many wait', (await page.title()).startsWith('(2) '));
	ok('an opened conversation is marked as read', state.reads >= 1);
	const before = await page.locator('#messages > li').count();
	await page.locator('#message-1852 summary').click();
	state.version = 2;
	await page.locator('#message-1900').waitFor({ timeout: 30000 });
	ok(
		'a new message is appended, what was there stays',
		(await page.locator('#messages > li').count()) === before + 1,
	);
	ok('words stay words', (await page.locator('#message-1900 .text').textContent()) === 'And one <b>more</b> thing');
	ok('an opened explanation stays open', await page.locator('#message-1852 details').evaluate((d) => d.open));
	ok('a new message is announced', (await page.locator('#live').textContent()).includes('one <b>more</b> thing'));
	await page.waitForFunction(() => document.title.startsWith('(3) '), null, { timeout: 30000 });
	ok('the title follows', true);
	await page.waitForTimeout(2600);
	ok('what has not changed costs a 304', state.unchanged >= 1);

	await text.fill('A draft');
	await page.reload();
	ok('a draft survives', (await text.inputValue()) === 'A draft');
	await text.fill('Hello /');
	ok('a slash opens the canned replies', await page.locator('#slash').isVisible());
	await page.keyboard.press('ArrowDown');
	ok('the arrow keys walk', (await text.getAttribute('aria-activedescendant')) === 'slash-1');
	await page.keyboard.type('iban');
	await page.keyboard.press('Enter');
	ok(
		'Enter puts the reply where the slash was',
		(await text.inputValue()) === 'Hello Our bank details are on the invoice, at the bottom.',
	);
	await text.fill('/xyz');
	ok('nothing fits: no list', await page.locator('#slash').isHidden());
	await text.fill('/');
	await page.keyboard.press('Escape');
	ok('Escape closes it', (await page.locator('#slash').isHidden()) && (await text.inputValue()) === '/');

	/* A long reply is not on the page: the form goes to the server, with what was typed around the slash. */
	let sent = null;
	const insert = (route) => {
		sent = Object.fromEntries(
			[
				...route
					.request()
					.postData()
					.matchAll(/name="(\w+)"\r\n\r\n([^]*?)\r\n--/g),
			].map(([, name, value]) => [name, value]),
		);
		return route.fulfill({ status: 204 });
	};
	await page.route('**/inbox/31/messages', insert);
	await text.fill('Hello /terms');
	await page.keyboard.press('Enter');
	for (let i = 0; i < 50 && !sent; i++)
		await page.waitForTimeout(50);
	ok(
		'a reply that is not on the page is put in by the server',
		sent?.do === 'insert' && sent.canned === '4' && sent.text.trim() === 'Hello',
	);
	await page.unroute('**/inbox/31/messages', insert);
	await page.goto(`${server.origin}/conversation`);

	state.answer = 0;
	await text.fill('Yes, we can.');
	await page.keyboard.press('Control+Enter');
	await page.locator('.composer .error').waitFor();
	ok('no connection: the text stays', (await text.inputValue()) === 'Yes, we can.');
	state.answer = 409;
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await page.getByText('The window is closed.').waitFor();
	state.answer = 200;
	await page.keyboard.press('Control+Enter');
	await page.waitForFunction(() => document.getElementById('text').value === '');
	ok(
		'sent again with the same key',
		state.sent.length === 3 &&
			new Set(state.sent.map((s) => s.key)).size === 1 &&
			state.sent.every((s) => s.csrf && s.text === 'Yes, we can.' && s.do === 'send'),
	);
	ok('the error is gone', await page.locator('.composer .error').isHidden());
	await text.fill('Another');
	await Promise.all([page.keyboard.press('Control+Enter'), page.keyboard.press('Control+Enter')]);
	await page.waitForFunction(() => document.getElementById('text').value === '');
	ok('pressed twice, sent once, with a new key', state.sent.length === 4 && state.sent[3].key !== state.sent[0].key);

	await page.route('**/inbox/29/**', (route) =>
		route.request().url().endsWith('updates')
			? route.fulfill({ contentType: 'text/html', body: render({ template: 'conversation-updates', model }) })
			: route.fulfill({ json: {} }),
	);
	await page.goto(`${server.origin}/conversation.closed`);
	const shut = await text.isDisabled();
	await page.waitForFunction(() => !document.getElementById('text').disabled, null, { timeout: 30000 });
	ok(
		'the composer opens with the window',
		shut && (await page.getByRole('button', { name: 'Send', exact: true }).isEnabled()),
	);

	await page.setViewportSize({ width: 1280, height: 420 });
	const place = () => page.locator('#message-1860').evaluate((e) => Math.round(e.getBoundingClientRect().top));
	state.version = 1;
	await page.goto(`${server.origin}/conversation`);
	await box.evaluate((e) => {
		e.scrollTop = -300;
	});
	const was = await place(),
		first = await page.locator('#messages > li').first().getAttribute('id');
	state.version = 3;
	await page.locator('#message-1900').waitFor({ timeout: 30000 });
	ok('who reads further up stays there', Math.abs((await place()) - was) <= 2);
	ok('nothing has moved', (await page.locator('#messages > li').first().getAttribute('id')) === first);

	await page.goto(`${server.origin}/conversation.shadow`);
	await page.getByRole('link', { name: 'Edit' }).click();
	ok('a suggestion is edited in the composer', (await text.inputValue()).startsWith('Small bouquets'));

	await page.goto(`${server.origin}/channel-whatsapp`);
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.getByRole('button', { name: 'Copy' }).first().click();
	ok(
		'the callback URL is copied',
		(await page.evaluate(() => navigator.clipboard.readText())) ===
			'https://desk.example.com/api/webhooks/whatsapp',
	);

	await page.route('**/knowledge/new', (route) =>
		route.request().method() === 'POST'
			? route.fulfill({
					status: 422,
					contentType: 'text/html',
					body: render(list.find((f) => f.name === 'knowledge-new.errors')),
				})
			: route.continue(),
	);
	await page.goto(`${server.origin}/knowledge-new`);
	await page.locator('#file').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
	await page.getByRole('button', { name: 'Upload' }).click();
	await page.getByText('The PDF holds no text').waitFor();
	ok('a refused upload says why', true);

	await page.goto(`${server.origin}/conversation`);
	await page
		.locator('#file')
		.setInputFiles(
			Array.from({ length: 11 }, (_, n) => ({
				name: `${n}.pdf`,
				mimeType: 'application/pdf',
				buffer: Buffer.from('%PDF-1.4'),
			})),
		);
	await page.getByText('Too many files. Send at most 10 in one go.').waitFor();
	ok('files beyond ten are told of', (await page.locator('#composer .tray-item').count()) === 10);

	await page.goto(`${server.origin}/account`);
	await page.getByLabel('Sound with a new message').check();
	await page.reload();
	ok('a setting of this browser is kept', await page.getByLabel('Sound with a new message').isChecked());
	await context.close();
	server.close();
}

let browser = null;
try {
	if (parts.includes('templates'))
		await checkTemplates();
	if (parts.includes('words'))
		checkWords();
	browser = await launch();
	if (parts.includes('pages'))
		await checkPages(browser);
	if (parts.includes('script'))
		await checkScript(browser);
} catch (error) {
	ok(`the test itself: ${error.stack}`, false);
}
await browser?.close();
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
