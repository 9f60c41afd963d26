/*
 * preview.mjs - pictures of the desk's pages, made from the fixtures.
 *
 *     node preview.mjs [FOLDER] [--only=TEXT] [--widths=360,1280] [--schemes=light,dark] [--lang=tr] [--serve]
 *
 * Writes FOLDER/NAME-WIDTH-SCHEME.png. With --serve it prints the address and stays until it is interrupted.
 */
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { fixtures, serve } from './render.mjs';

const options = Object.fromEntries(process.argv.slice(2).filter((a) => a.startsWith('--')).map((a) => a.slice(2).split('=')));
const folder = process.argv.slice(2).find((a) => !a.startsWith('--')) ?? 'pictures';
const widths = (options.widths ?? '360,768,1280,1920').split(',').map(Number);
const schemes = (options.schemes ?? 'light,dark').split(',');
const heights = { 360: 740, 768: 1024, 1280: 800, 1920: 1080 };
const only = (options.only ?? '').split(',');

const list = fixtures().filter((f) => only.some((o) => f.name.startsWith(o)));
const server = await serve();
if ('serve' in options) {
	console.log(server.origin);
	for (const f of list)
		console.log(`${server.origin}/${f.name}`);
} else {
	fs.mkdirSync(folder, { recursive: true });
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
	for (const scheme of schemes)
		for (const width of widths) {
			const context = await browser.newContext({ viewport: { width, height: heights[width] ?? 900 }, colorScheme: scheme, hasTouch: width < 700, isMobile: width < 700 });
			const page = await context.newPage();
			for (const f of list.filter((x) => !x.template.endsWith('-updates'))) {
				await page.goto(`${server.origin}/${f.name}${options.lang ? `?lang=${options.lang}` : ''}`);
				await page.screenshot({ path: path.join(folder, `${f.name}-${width}-${scheme}.png`), fullPage: 'full' in options });
			}
			await context.close();
		}
	await browser.close();
	server.close();
}
