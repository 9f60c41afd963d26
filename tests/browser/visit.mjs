/*
 * visit.mjs - a customer's whole visit on the phone page, in Chromium on a screen as narrow as a phone's.
 *
 * Reads as JSON from stdin: phone (the page's address), wait_ms, pictures (a folder, or null), visits: [{name, number,
 * turns: [[said, wanted]]}]. Writes a JSON object a line for each turn: {name, said, reply, why}, why is empty when it
 * went well.
 */
import fs from 'node:fs';
import { launch } from './chromium.mjs';

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const browser = await launch();
const complaints = [],
	LATE_MS = 800;

/* What is shown belongs to the number chosen, also where the chat of the one before comes late. */
async function choose(page, number, replies) {
	await page.route('**/control/chat?*', async (route) => {
		if (!route.request().url().includes(`=${number}&`))
			await new Promise((done) => setTimeout(done, LATE_MS));
		await route.continue().catch(() => {});
	});
	await page.goto(given.phone);
	await page.locator(`#number option[value="${number}"]`).waitFor({ state: 'attached' });
	await page.locator('#number').selectOption(number);
	if (
		await replies
			.first()
			.waitFor({ timeout: 2 * LATE_MS })
			.then(
				() => true,
				() => false,
			)
	)
		complaints.push('the chat of another number is shown');
}

/* One visit, in a window of its own. A reply is what has come below what was said; each must come alone. Where one
 * does not come the visit ends: all others would be waited for in vain, too. */
async function visit({ name, number, turns }) {
	const page = await (
		await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-US', reducedMotion: 'reduce' })
	).newPage();
	page.setDefaultTimeout(given.wait_ms);
	page.on('pageerror', (e) => complaints.push(`exception: ${e.message}`));
	page.on('console', (m) => {
		if (m.type() === 'error')
			complaints.push(`console: ${m.text()}`);
	});
	const replies = page.locator('#messages .in');
	await choose(page, number, replies);
	for (const [n, [said, wanted]] of turns.entries()) {
		let reply = '',
			why = '',
			came = false;
		try {
			await page.locator('#text').fill(said);
			await page.keyboard.press('Enter');
			await replies.nth(n).waitFor({ state: 'visible' });
			came = true;
			reply = await replies.nth(n).innerText();
			if (wanted && !reply.includes(wanted))
				why = `it does not say ${wanted}`;
		} catch (error) {
			why = error.message;
		}
		process.stdout.write(
			`${JSON.stringify({ name, said, reply, why: [why, ...complaints.splice(0)].filter(Boolean).join('\n') })}\n`,
		);
		if (!came)
			break;
		if (given.pictures && (n === 3 || n === turns.length - 1))
			await page.locator('.phone').screenshot({ path: `${given.pictures}/visit-${name}-${n}.png` });
	}
	if ((await replies.count()) !== turns.length)
		throw new Error(`${await replies.count()} replies to ${turns.length} messages`);
	await page.context().close();
}

for (const one of given.visits)
	await visit(one);
await browser.close();
