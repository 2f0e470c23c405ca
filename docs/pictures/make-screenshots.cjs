// Photographs the example for the README. Needs the tool, Chromium, playwright-core and the Debian
// packages fonts-inter, fonts-sil-charis and fonts-noto-cjk. From the top of the repository:
//
//     cargo build --release
//     NODE_PATH=… node docs/pictures/make-screenshots.cjs target/release/newsletter docs/pictures
//
// The terminal and the cards show a copy of the example with one faulty draft added; the terminal's
// picture is made from the colours that the tool itself prints.
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const { pathToFileURL } = require('node:url')
const { chromium } = require('playwright-core')

const [tool, to] = process.argv.slice(2).map(given => path.resolve(given))
const letter = 'chongqing-western-development'
const shots = [
  ['email-light', `${letter}/email.html`, 700, 1500, 'light'],
  ['email-dark', `${letter}/email.html`, 700, 1500, 'dark'],
  ['email-phone', `${letter}/email.html`, 375, 800, 'light'],
  ['cards', 'index.html', 1120, 980, 'light'],
]
const site = [
  ['site-home-light', 'index.html', 1440, 1000, 'light'],
  ['site-home-dark', 'index.html', 1440, 1000, 'dark'],
  ['site-letter-light', `${letter}/index.html`, 1440, 1000, 'light'],
  ['site-letter-dark', `${letter}/index.html`, 1440, 1000, 'dark'],
]
const faulty = `---
title: What the river towns remember
subtitle: Three ports, three floods, one ledger
preheader: A line a year, and nothing else said
sereis: rivers
date: 2024-05-03
number: 42
status: draft
profile: takeaway
authors: [editor]
---

Dear {{default subscriber.name "reader"}},

I meant to write about railways again, and then somebody sent me the
[flood books](https://river.example/books?year=1931&utm_source=forward) of three towns: a line for each year, in
the hand of whoever kept the harbour, and nothing else said about anything.

## What do the books say?

Less than one hopes, and more than one would like.

Until next Friday,\\
**The editor**
`

// The fonts of the look that Debian lacks, by those that stand in for them.
const fonts = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>${[
  ['Charter', 'Charis SIL'], ['Roboto', 'Inter'], ['PingFang SC', 'Noto Sans CJK SC'], ['Songti SC', 'Noto Serif CJK SC'],
].map(([named, used]) => `<match target="pattern"><test name="family"><string>${named}</string></test>` +
  `<edit name="family" mode="assign" binding="strong"><string>${used}</string></edit></match>`).join('')}</fontconfig>`

const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
const palette = { 1: 'font-weight:700', 30: 'color:#98a3a8', 31: 'color:#f2938c', 32: 'color:#86c99a', 33: 'color:#e0b25c',
  34: 'color:#86c9d8', 35: 'color:#d7a9e3', 36: 'color:#86c9d8', 90: 'color:#98a3a8', 91: 'color:#f2938c', 92: 'color:#86c99a',
  93: 'color:#e0b25c', 94: 'color:#86c9d8', 96: 'color:#86c9d8' }

// Terminal colours to HTML.
function html(text) {
  let style = []
  return text.split(/(\x1b\[[\d;]*m)/).map(part => {
    const codes = part.match(/^\x1b\[([\d;]*)m$/)
    if (!codes) return part && `<span style="${style.join(';')}">${escape(part)}</span>`
    for (const code of (codes[1] || '0').split(';').map(Number)) {
      if (code === 0) style = []
      else if (palette[code]) style.push(palette[code])
    }
    return ''
  }).join('')
}

async function main() {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pictures-'))
  const out = path.join(work, 'out')
  for (const part of ['newsletter.yaml', 'posts', 'archive']) fs.cpSync(part, path.join(work, part), { recursive: true })
  fs.writeFileSync(path.join(work, 'posts/2024-05-03-river-towns.md'), faulty)
  fs.writeFileSync(path.join(work, 'fonts.conf'), fonts)
  const run = (...args) => {
    const { stdout, stderr, error } = spawnSync(tool, ['--color', 'always', ...args], { cwd: work, encoding: 'utf8' })
    if (error) throw error
    return (stderr + stdout).trimEnd()
  }
  run('build')
  run('archive', 'build')
  const said = run('check', 'river-towns')

  const env = { ...process.env, FONTCONFIG_FILE: path.join(work, 'fonts.conf') }
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'], env })
  const all = [...shots.map(shot => [out, ...shot]), ...site.map(shot => [path.join(work, 'site'), ...shot])]
  for (const [folder, name, view, width, height, colorScheme] of all) {
    const page = await (await browser.newContext({ viewport: { width, height }, colorScheme })).newPage()
    await page.goto(pathToFileURL(path.join(folder, view)).href)
    await page.screenshot({ path: path.join(to, `${name}.png`) })
    await page.context().close()
  }
  const page = await (await browser.newContext({ viewport: { width: 980, height: 300 }, deviceScaleFactor: 1.5 })).newPage()
  await page.setContent(`<body style="margin:0;background:#14181a"><pre style="margin:0;padding:28px 32px;color:#e6eaeb;` +
    `font:15px/23px 'DejaVu Sans Mono',monospace"><span style="color:#98a3a8">$ </span>newsletter check river-towns\n\n${html(said)}</pre></body>`)
  await page.screenshot({ path: path.join(to, 'terminal.png'), fullPage: true })
  await browser.close()
  fs.rmSync(work, { recursive: true })
}

main().catch(error => { console.error(error); process.exitCode = 1 })
