// Photographs a build for the README. Needs Chromium and playwright-core:
//
//     cargo run --release -- build
//     NODE_PATH=… node docs/pictures/make-screenshots.cjs out docs/pictures
//
// The terminal picture is made from the colours that the tool itself prints.
const fs = require('node:fs')
const path = require('node:path')
const { execFileSync } = require('node:child_process')
const { pathToFileURL } = require('node:url')
const { chromium } = require('playwright-core')

const [out, to] = process.argv.slice(2).map(given => path.resolve(given))
const letter = 'chongqing-western-development'
const shots = [
  ['email-light', `${letter}/email.html`, 700, 1500, 'light'],
  ['email-dark', `${letter}/email.html`, 700, 1500, 'dark'],
  ['email-phone', `${letter}/email.html`, 375, 800, 'light'],
  ['cards', 'index.html', 1120, 800, 'light'],
]

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
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
  for (const [name, view, width, height, colorScheme] of shots) {
    const page = await (await browser.newContext({ viewport: { width, height }, colorScheme })).newPage()
    await page.goto(pathToFileURL(path.join(out, view)).href)
    await page.screenshot({ path: path.join(to, `${name}.png`) })
    await page.context().close()
  }
  const terminal = path.join(to, 'terminal.ansi')
  if (fs.existsSync(terminal)) {
    const page = await (await browser.newContext({ viewport: { width: 980, height: 300 }, deviceScaleFactor: 1.5 })).newPage()
    await page.setContent(`<body style="margin:0;background:#14181a"><pre style="margin:0;padding:28px 32px;color:#e6eaeb;` +
      `font:15px/23px 'DejaVu Sans Mono',monospace">${html(fs.readFileSync(terminal, 'utf8'))}</pre></body>`)
    await page.screenshot({ path: path.join(to, 'terminal.png'), fullPage: true })
  }
  await browser.close()
}

main()
