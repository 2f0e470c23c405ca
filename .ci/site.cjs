// Looks at the pages of a site in Chromium: node site.cjs SITE PAGE…
// Each page at three widths, light and dark: nothing sticks out, nothing moves while it loads, axe finds
// nothing; without scripts it shows as much. Over the wire (gzip) a page without its images is small, and
// it loads nothing but its style and its pictures.
const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')
const { gzipSync } = require('node:zlib')
const { chromium } = require('playwright-core')

const [top, ...pages] = process.argv.slice(2)
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.png': 'image/png', '.jpg': 'image/jpeg', '.gif': 'image/gif' }
const most = 40 * 1024
const wrong = []
let looked = 0

function answer(request, response) {
  const asked = decodeURIComponent(new URL(request.url, 'http://host').pathname)
  let file = path.join(top, asked)
  if (asked.endsWith('/')) file = path.join(file, 'index.html')
  if (!fs.existsSync(file) || !fs.statSync(file).isFile()) {
    response.statusCode = 404
    file = path.join(top, '404.html')
  }
  response.setHeader('content-type', types[path.extname(file)] ?? 'application/octet-stream')
  response.end(fs.readFileSync(file))
}

async function look(browser, origin, page, colorScheme, width) {
  const name = `${page || 'home'} at ${width} px, ${colorScheme}`
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } })
  const tab = await context.newPage()
  const loaded = []
  tab.on('response', response => loaded.push(response))
  await tab.addInitScript(() => {
    window.shifts = 0
    new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shifts += entry.value })).observe({ type: 'layout-shift', buffered: true })
  })
  await tab.goto(`${origin}/${page}`, { waitUntil: 'networkidle' })
  const { sticks, shifts } = await tab.evaluate(() => ({
    sticks: document.documentElement.scrollWidth > innerWidth, shifts: window.shifts,
  }))
  if (sticks) wrong.push(`${name}: something sticks out`)
  if (shifts > 0) wrong.push(`${name}: moves by ${shifts} while it loads`)
  let bytes = 0
  for (const response of loaded) {
    const kind = response.request().resourceType()
    if (!response.url().startsWith(origin)) wrong.push(`${name}: loads ${response.url()}`)
    else if (['document', 'stylesheet'].includes(kind)) bytes += gzipSync(await response.body()).length
    else if (kind !== 'image' && !response.url().endsWith('/favicon.ico')) wrong.push(`${name}: loads a ${kind}, ${response.url()}`)
  }
  if (bytes > most) wrong.push(`${name}: ${bytes} bytes without images, more than ${most}`)
  await tab.evaluate(axe)
  const { violations } = await tab.evaluate(() => window.axe.run())
  for (const { id, nodes } of violations) wrong.push(`${name}: ${id} at ${nodes[0].target}`)
  await context.close()
  looked += 1
  return bytes
}

// What can be read with scripts, and without.
async function texts(browser, origin, page) {
  const read = []
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled })
    const tab = await context.newPage()
    await tab.goto(`${origin}/${page}`)
    read.push(await tab.locator('body').innerText())
    await context.close()
  }
  if (read[0] !== read[1]) wrong.push(`${page}: reads otherwise without scripts`)
}

async function main() {
  const server = http.createServer(answer)
  await new Promise(ready => server.listen(0, '127.0.0.1', ready))
  const origin = `http://127.0.0.1:${server.address().port}`
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  for (const page of pages) {
    let bytes = 0
    for (const scheme of ['light', 'dark']) {
      for (const width of [360, 768, 1440]) bytes = await look(browser, origin, page, scheme, width)
    }
    await texts(browser, origin, page)
    console.log(`${page || 'home'}: ${bytes} bytes (gzip) without images`)
  }
  await browser.close()
  server.close()
  for (const line of wrong) console.log(line)
  console.log(`${looked} looks at ${pages.length} pages, ${wrong.length} faults`)
  process.exit(wrong.length > 0 ? 1 : 0)
}

main()
