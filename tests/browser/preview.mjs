/*
 * preview.mjs - pictures of the desk's pages, made from the fixtures.
 *
 *     node preview.mjs [FOLDER] [--only=TEXT] [--widths=360,1280] [--schemes=light,dark] [--lang=en,es,tr]
 *                      [--sheet] [--contact] [--serve]
 *
 * Writes FOLDER/NAME-WIDTH-SCHEME.png, with several languages FOLDER/NAME-WIDTH-SCHEME-LANGUAGE.png; with --sheet also
 * one picture of all of them for each width, scheme and language, FOLDER/sheet-WIDTH-SCHEME-LANGUAGE.png (make
 * screenshots); with --contact all pages of a desk in the light and of a phone in the dark, small enough to be kept:
 * FOLDER/contact-sheet.jpg. With --serve it prints the address and stays until it is interrupted.
 */
import fs from 'node:fs';
import path from 'node:path';
import { launch } from './chromium.mjs';
import { fixtures, serve } from './render.mjs';

const options = Object.fromEntries(
	process.argv
		.slice(2)
		.filter((a) => a.startsWith('--'))
		.map((a) => a.slice(2).split('=')),
);
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
	const browser = await launch();
	const languages = (options.lang ?? '').split(',');

	const picture = (file, size) => {
		const bytes = fs.readFileSync(path.join(folder, file)).toString('base64');
		return `<img src="data:image/png;base64,${bytes}" ${size}>`;
	};
	const figure = (pictures, name) => `<figure>${pictures}<figcaption>${name}</figcaption></figure>`;
	const sideBySide = (figures, gap) =>
		`<style>body{display:flex;flex-wrap:wrap;gap:${gap}px;margin:${gap}px;font:${gap > 8 ? 12 : 11}px sans-serif;` +
		`background:#999}figure{margin:0}img{margin-right:4px}</style>${figures.join('')}`;

	/* All pictures of one kind side by side, a third of their size. */
	const sheet = async (names, width, file) => {
		const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
		const third = Math.round(width / 3);
		const figures = names.map((n) => figure(picture(n.file, `width="${third}"`), n.name));
		await page.setContent(sideBySide(figures, 12));
		await page.screenshot({ path: path.join(folder, file), fullPage: true });
		await page.close();
	};
	/* Every page, at 1440 px light and 390 px dark, 150 px high. */
	const contact = async () => {
		const page = await browser.newPage({ viewport: { width: 1640, height: 1000 } });
		const both = (f) => ['1440-light', '390-dark'].map((kind) => picture(`${f.name}-${kind}.png`, 'height="150"'));
		const figures = list
			.filter((f) => !f.template.endsWith('-updates'))
			.map((f) => figure(both(f).join(''), f.name));
		await page.setContent(sideBySide(figures, 8));
		await page.screenshot({
			path: path.join(folder, 'contact-sheet.jpg'),
			type: 'jpeg',
			quality: 55,
			fullPage: true,
		});
		await page.close();
	};
	for (const lang of languages)
		for (const scheme of schemes)
			for (const width of widths) {
				const height = heights[width] ?? 900,
					end = `${width}-${scheme}${lang ? `-${lang}` : ''}.png`,
					names = [];
				const context = await browser.newContext({
					viewport: { width, height },
					colorScheme: scheme,
					hasTouch: width < 700,
					isMobile: width < 700,
				});
				const page = await context.newPage();
				for (const f of list.filter((x) => !x.template.endsWith('-updates'))) {
					await page.goto(`${server.origin}/${f.name}${lang && lang !== 'en' ? `?lang=${lang}` : ''}`);
					await page.screenshot({ path: path.join(folder, `${f.name}-${end}`), fullPage: 'full' in options });
					names.push({ name: f.name, file: `${f.name}-${end}` });
				}
				await context.close();
				if ('sheet' in options)
					await sheet(names, width, `sheet-${end}`);
			}
	if ('contact' in options)
		await contact();
	await browser.close();
	server.close();
}
