/*
 * chromium.mjs - starts the browser: Chromium without a screen where it is installed, else the whole one, which takes half as much again. CHROMIUM names another.
 */
import fs from 'node:fs';
import { chromium } from 'playwright-core';

const NAMES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? NAMES.find((n) => fs.existsSync(n)), args: ['--no-sandbox'] });
