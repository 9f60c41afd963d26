/*
 * kept.mjs - fills in every form of every page and sends it when it cannot be taken: offline, after an error of the
 * server, signed out. What was typed stays.
 *
 * Reads JSON from stdin: origin, wait_ms, password, cases: [{ who, name, path }], again: [paths whose first form is
 * sent once more after signing in again]. Writes one JSON object a line: {name, why} for each form, {form: {who,
 * action, type, fields}} for what a program can send again, {cookies}.
 */
import fs from 'node:fs';
import { launch } from './chromium.mjs';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const browser = await launch();
const SHOWN = {
	error: '.js-error:not([hidden]), #composer-error:not([hidden]), .toast',
	out: '#bar-signed-out:not([hidden])',
};

const ERROR_PAGE =
	'<!DOCTYPE html><body class="page-error"><main id="main"><div class="empty">' +
	'<p>The server made an error.</p></div></main></body>';

/* Runs in the page: something typed into every field of a form; what it would send, but for what the page carries
 * itself. */
function fill(form) {
	const texts = {
		email: 'kept@example.com',
		number: '7',
		date: '2026-03-04',
		time: '09:05',
		url: 'https://kept.example',
		'datetime-local': '2036-03-04T09:05',
	};
	form.noValidate = true;
	let n = 0;
	for (const field of form.elements) {
		if (/^(hidden|submit|button|file|fieldset|output)$/.test(field.type) || field.disabled || field.readOnly)
			continue;
		if (field.type === 'checkbox' || field.type === 'radio')
			field.checked = !field.checked;
		else if (field.tagName === 'SELECT')
			field.selectedIndex = field.options.length - 1;
		else
			field.value = texts[field.type] ?? `What was typed "${++n}" <here>`;
	}
}

const typed = (form) =>
	[...form.elements]
		.filter(
			(f) =>
				f.name && !/^(hidden|submit|button|file|fieldset|output)$/.test(f.type) && !f.disabled && !f.readOnly,
		)
		.map((f) => `${f.name}=${/^(checkbox|radio)$/.test(f.type) ? f.checked : f.value}`)
		.join('\n');

/* The forms of a page into which something can be typed. */
const formsOf = () =>
	[...document.forms]
		.map((form) => ({
			form,
			/* Where it goes, whatever the id, and what is in it. */
			kind: [
				new URL(form.getAttribute('action') || location.pathname, location).pathname
					.replace(/\d+/g, '0')
					.replace(/[\w-]{40,}/, 'token'),
				[...new Set([...form.elements].map((f) => f.name))],
			].join(' '),
			good:
				form.method === 'post' &&
				[...form.elements].some(
					(f) =>
						!/^(hidden|submit|button|fieldset|output)$/.test(f.type) &&
						f.name &&
						!f.disabled &&
						!f.readOnly &&
						f.type !== 'file',
				),
		}))
		.filter((one) => one.good);

/* A form is known by its kind: where it stands may change, for others write in the same conversation meanwhile. */
const formOf = (kind) => `(${formsOf})().find((one) => one.kind === ${JSON.stringify(kind)})?.form`;
const kindsOf = (page) => page.evaluate(`(${formsOf})().map((one) => one.kind)`);
const inForm = (page, act, kind) => page.evaluate(`(${act})(${formOf(kind)})`);

/* Like page.waitForFunction, which the pages' policy lets take no text. */
async function until(page, condition) {
	for (const end = Date.now() + given.wait_ms; !(await page.evaluate(condition)); await page.waitForTimeout(50))
		if (Date.now() > end)
			throw new Error(`never: ${condition}`);
}

/* Pages of one kind show the same forms, but for a few. */
const MOST_ALIKE = 3;
const unlike = (cases) => {
	const visits = new Map(),
		kind = (one) => new URL(one.path, given.origin).pathname.replace(/\d+/g, '0');
	return cases.filter((one) => visits.set(kind(one), (visits.get(kind(one)) ?? 0) + 1).get(kind(one)) <= MOST_ALIKE);
};

const send = (form) => {
	form.noValidate = true;
	form.requestSubmit();
};
const clean = () => {
	document.querySelectorAll('.toast, .js-error').forEach((line) => line.remove());
	document.querySelectorAll('#composer-error, #bar-signed-out').forEach((line) => {
		line.hidden = true;
	});
};

async function signIn(context, who) {
	const page = await context.newPage();
	await page.goto(`${given.origin}/sign-in`);
	await page.locator('#email').fill(who);
	await page.locator('#password').fill(given.password);
	await Promise.all([page.waitForURL((url) => url.pathname !== '/sign-in'), page.keyboard.press('Enter')]);
	tell({ cookies: (await context.cookies()).map((c) => c.value) });
	return page;
}

const MISHAPS = {
	offline: {
		begin: (context) => context.setOffline(true),
		end: (context) => context.setOffline(false),
		shows: () => SHOWN.error,
	},
	'an error of the server': {
		begin: (context) =>
			context.route('**', (route) => {
				const html = (route.request().headers().accept ?? '').includes('text/html');
				if (route.request().method() !== 'POST')
					return route.fallback();
				return route.fulfill({
					status: 500,
					contentType: html ? 'text/html' : 'application/json',
					body: html ? ERROR_PAGE : '{"problem": {"words": "The server made an error."}}',
				});
			}),
		end: (context) => context.unroute('**'),
		shows: () => SHOWN.error,
	},
	'signed out': {
		begin: async (context) => {
			context.kept = await context.cookies();
			await context.clearCookies();
		},
		end: (context) => context.addCookies(context.kept),
		shows: (who) => (who ? SHOWN.out : SHOWN.error),
	},
};

async function tryForm(context, page, who, kind) {
	const why = [];
	await inForm(page, fill, kind);
	const before = await inForm(page, typed, kind),
		url = page.url();
	for (const [name, mishap] of Object.entries(MISHAPS)) {
		await page.evaluate(clean);
		await mishap.begin(context);
		await inForm(page, send, kind);
		await until(
			page,
			`document.querySelector(${JSON.stringify(mishap.shows(who))}) && !${formOf(kind)}?.dataset.busy`,
		).catch(() => why.push(`${name}: nothing is said of it`));
		await mishap.end(context);
		if (page.url() !== url || (await inForm(page, typed, kind).catch(() => null)) !== before)
			why.push(`${name}: it is not kept`);
	}
	return why;
}

/* With scripts: the form stays where it is. */
async function withScripts(who, cases) {
	const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce', serviceWorkers: 'block' });
	context.setDefaultTimeout(given.wait_ms);
	const page = who ? await signIn(context, who) : await context.newPage(),
		seen = new Set();
	for (const one of unlike(cases)) {
		await page.goto(given.origin + one.path);
		for (const kind of await kindsOf(page)) {
			if (seen.has(kind))
				continue;
			seen.add(kind);
			const why = await tryForm(context, page, who, kind).catch((error) => [error.message]);
			tell({ name: `kept, ${one.name}: ${kind}`, why: why.join('\n') });
			await page.goto(given.origin + one.path);
		}
	}
	await context.close();
}

/* Without: the page that says why it was not taken holds it, and sends it again. */
async function withoutScripts(who, cases) {
	const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US' });
	context.setDefaultTimeout(given.wait_ms);
	const page = await signIn(context, who),
		seen = new Set();
	for (const one of unlike(cases)) {
		await page.goto(given.origin + one.path);
		for (const kind of await kindsOf(page)) {
			if (seen.has(kind))
				continue;
			seen.add(kind);
			await inForm(page, fill, kind);
			const sent = await inForm(
				page,
				(form) => ({
					action: form.getAttribute('action'),
					type: form.enctype,
					fields: [...new FormData(form)].filter(
						([name, value]) => typeof value === 'string' && name !== 'csrf',
					),
				}),
				kind,
			);
			tell({ form: { who, name: kind, ...sent } });
			const cookies = await context.cookies();
			await context.clearCookies();
			await Promise.all([page.waitForNavigation(), inForm(page, (form) => form.submit(), kind)]);
			await context.addCookies(cookies);
			const kept = await page.evaluate(() =>
				[...document.querySelectorAll('#kept [name]')].map((f) => `${f.name}=${f.value}`),
			);
			const lost = sent.fields
				.filter(
					([name, value]) =>
						!/password|secret|token|_key|code/.test(name) &&
						!kept.includes(`${name}=${value.replace(/\r\n/g, '\n')}`),
				)
				.map(([name]) => name);
			tell({ name: `without scripts, signed out, ${one.name}: ${kind}`, why: lost.join(' ') });
			await page.goto(given.origin + one.path);
		}
	}
	await context.close();
}

/* Signed in again in another tab, what was typed is sent from where it was. */
async function sentAgain({ who, path, form, shows }, javaScriptEnabled) {
	const context = await browser.newContext({ javaScriptEnabled, locale: 'en-US', serviceWorkers: 'block' });
	context.setDefaultTimeout(given.wait_ms);
	const page = await signIn(context, who);
	await page.goto(given.origin + path);
	await page.locator(form).evaluate((box) => {
		box.closest('details')?.setAttribute('open', '');
	});
	const text = `What was typed before${javaScriptEnabled ? '' : ' without scripts'}`;
	await page.locator(`${form} [name="${shows}"]`).fill(text);
	await context.clearCookies();
	await page.locator(`${form} button:not([type="button"]):not([value="insert"])`).last().click();
	await (javaScriptEnabled ? page.locator(SHOWN.out).waitFor() : page.locator('#kept').waitFor());
	await (await signIn(context, who)).close();
	if (javaScriptEnabled)
		await page.locator(`${form} button:not([type="button"]):not([value="insert"])`).last().click();
	else
		for (let i = 0; i < 2 && (await page.locator('#kept').count()); i++)
			await Promise.all([page.waitForNavigation(), page.locator('#kept button').click()]);
	await page.waitForTimeout(500);
	await page.goto(given.origin + path);
	const there =
		(await page.getByText(text).count()) || (await page.locator(`${form} [name="${shows}"]`).inputValue()) === text;
	tell({
		name: `signed in again, ${javaScriptEnabled ? 'with' : 'without'} scripts: ${form}`,
		why: there ? '' : `it did not arrive: ${page.url()}`,
	});
	await context.close();
}

const work = given.cases.reduce((m, c) => m.set(c.who, [...(m.get(c.who) ?? []), c]), new Map());
const jobs = [...work]
	.map(
		([who, cases]) =>
			() =>
				withScripts(who, cases),
	)
	.concat(
		[...work]
			.filter(([who]) => who)
			.map(
				([who, cases]) =>
					() =>
						withoutScripts(who, cases),
			),
	);
jobs.push(
	...given.again.flatMap((one) =>
		[true, false].map(
			(scripts) => () =>
				sentAgain(one, scripts).catch((error) =>
					tell({ name: `signed in again: ${one.form}`, why: error.message }),
				),
		),
	),
);
await Promise.all(
	[0, 1].map(async () => {
		for (let job = jobs.shift(); job; job = jobs.shift())
			await job().catch((error) => tell({ name: 'the browser', why: error.stack }));
	}),
);
tell({ name: 'the end', why: '' });
await browser.close();
