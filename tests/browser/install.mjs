/*
 * install.mjs - the set-up in the browser, by a person: from the word to the first answered message, every page looked
 * at by axe-core and for what sticks out of the window.
 *
 * Reads as JSON from stdin: origin, wait_ms, width, word, database {name, user, password}, control (of the simulator),
 * email, password, platform {id, fields}, answer, pictures (a folder, or none). Writes a JSON object a line: {name, ms,
 * why}, why is empty when it went well; {cron} as the page shows it, then waits for a line on stdin, until the cron job
 * is entered; at the end {cookies}. Whatever the browser complains of fails the step in which it did. The page that
 * says 503 is the set-up's own.
 */
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { cannotBeRead, launch } from './chromium.mjs';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const given = JSON.parse((await lines.next()).value);
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const browser = await launch();
const context = await browser.newContext({
	viewport: { width: given.width, height: 800 },
	locale: 'en-US',
	reducedMotion: 'reduce',
	hasTouch: given.width < 600,
	isMobile: given.width < 600,
	bypassCSP: true,
});
context.setDefaultTimeout(given.wait_ms);
const page = await context.newPage(),
	complaints = [];
page.on('console', (m) => {
	if (m.type() === 'error' && !m.text().includes('status of 503'))
		complaints.push(`console: ${m.text()}`);
});
page.on('pageerror', (e) => complaints.push(`exception: ${e.message}`));
page.on('response', (r) => {
	if (r.status() >= 400 && r.status() !== 503)
		complaints.push(`${r.status()}: ${r.request().method()} ${new URL(r.url()).pathname}`);
});

async function step(name, walk) {
	const began = Date.now();
	let why = '';
	try {
		await walk();
	} catch (error) {
		why = `${error.message}\nat ${page.url()}: ${(
			await page
				.locator('body')
				.innerText()
				.catch(() => '')
		).slice(0, 600)}`;
	}
	why = [why, ...complaints.splice(0)].filter(Boolean).join('\n');
	tell({ name, ms: Date.now() - began, why });
	if (why)
		throw new Error('the walk ends here');
}

/* A page as a person sees it: nothing wider than the window, nothing that axe-core finds. */
async function look(name) {
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	if (wide > 0)
		complaints.push(`${name} is ${wide} px wider than the window`);
	await page.evaluate(axe);
	const found = await page.evaluate(() =>
		window.axe.run(document, {
			resultTypes: ['violations', 'incomplete'],
			runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
		}),
	);
	if (found.passes.length < 10)
		complaints.push(`${name}: axe-core has hardly looked`);
	complaints.push(
		...found.violations.flatMap((v) => v.nodes.map((n) => `${name}: ${v.id}: ${n.html.slice(0, 160)}`)),
		...cannotBeRead(found),
	);
	if (given.pictures)
		await page.screenshot({ path: `${given.pictures}/install-${name}-${given.width}.png`, fullPage: true });
}

const go = (path) => page.goto(given.origin + path);
const button = (name) => page.getByRole('button', { name, exact: true });
const shown = (locator) => locator.waitFor({ state: 'visible' });
async function fill(fields) {
	for (const [id, value] of Object.entries(fields))
		await page.locator(`#${id}`).fill(value);
}

async function control(path, value) {
	const answer = await fetch(
		`${given.control}/control/${path}`,
		value ? { method: 'POST', body: JSON.stringify(value) } : {},
	);
	if (!answer.ok)
		throw new Error(`the simulator answered ${answer.status} to ${path}: ${await answer.text()}`);
	return answer.json();
}

async function until(what, ask) {
	for (const end = Date.now() + given.wait_ms; Date.now() < end; await new Promise((done) => setTimeout(done, 200)))
		if (await ask())
			return;
	throw new Error(`waited in vain for ${what}`);
}

async function openAndInstall() {
	await go('/');
	await shown(page.getByRole('heading', { name: 'Set up Deskbell' }));
	await look('word');
	await fill({ word: given.word });
	await button('Continue').click();
	await shown(page.getByRole('heading', { name: 'Database' }));
	await look('form');
	/* Once wrong, as people are: the page says so next to the form and keeps what was entered. */
	await fill({
		host: given.database.host,
		name: `${given.database.name}x`,
		user: given.database.user,
		password: given.database.password,
	});
	await button('Set up').click();
	await shown(page.getByText('does not exist'));
	complaints.splice(0, complaints.length, ...complaints.filter((c) => !c.includes('400')));
	await look('wrong');
	if ((await page.locator('#user').inputValue()) !== given.database.user)
		throw new Error('what was entered is gone');
	await fill({ name: given.database.name, password: given.database.password });
	await button('Set up').click();
	await shown(page.getByRole('heading', { name: 'Deskbell is installed' }));
	await look('done');
}

async function cronIsEntered() {
	tell({
		cron: await page.locator('code').first().innerText(),
		web_cron: await page.locator('code').nth(1).innerText(),
	});
	await lines.next();
}

async function makeOrganisation() {
	await page.getByRole('link', { name: 'Make your organisation' }).click();
	await fill({ organisation: 'Corner Flowers', email: given.email, 'new-password': given.password });
	await look('setup');
	await button('Set up').click();
	await page.waitForURL((url) => url.pathname === '/inbox');
	await look('inbox');
}

async function connect() {
	await go('/settings/channels/whatsapp');
	await fill(given.platform.fields);
	await button('Save').click();
	await shown(page.getByLabel('It is right as it stands')); /* what tests plant looks like no secret of Meta's */
	complaints.splice(0, complaints.length, ...complaints.filter((c) => !c.includes('400')));
	await fill(given.platform.fields);
	await page.getByLabel('It is right as it stands').check();
	await button('Save').click();
	await shown(page.locator('h1 .pill', { hasText: 'pending' }));
	await until(
		'the verification',
		async () => (await control('verify', { phone_number_id: given.platform.id })).status === 200,
	);
}

async function teach() {
	await go('/skills/new');
	await fill({
		title: 'Opening hours',
		triggers: 'when are you open\nwhat are your opening hours\nare you open on Sunday',
		response: given.answer,
	});
	await button('Save').click();
	await page.waitForURL((url) => url.pathname !== '/skills/new');
	await go('/settings/bot');
	await page.locator('input[name=bot_mode][value=active]').check();
	await button('Save').click();
	await shown(page.locator('.flash.good'));
}

async function aCustomerIsAnswered() {
	await control('inbound', {
		phone_number_id: given.platform.id,
		from: '16505550123',
		name: 'Marta',
		text: 'when are you open',
	});
	await until('the customer to be answered', async () =>
		(await control('deliveries?since=0&limit=1000')).deliveries.some(
			(d) => d.phone_number_id === given.platform.id && d.text.includes(given.answer),
		),
	);
	await go('/inbox');
	await page.locator('.row', { hasText: 'Marta' }).locator('a').first().click();
	await shown(page.locator('#messages .message.bot', { hasText: given.answer }));
	await look('answered');
}

try {
	await step('6. the address is opened: the word, the requirements, the database', openAndInstall);
	await step('7. the cron job is entered', cronIsEntered);
	await step('8. the business, its first owner', makeOrganisation);
	await step('8. the channel', connect);
	await step('8. a skill, and the bot is switched on', teach);
	await step('a customer writes and is answered', aCustomerIsAnswered);
} finally {
	tell({ cookies: (await context.cookies()).map((c) => c.value) });
	await browser.close();
	process.stdin.destroy();
}
