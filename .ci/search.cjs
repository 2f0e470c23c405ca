// The search of a site in Chromium: node search.cjs SITE [SCREENSHOTS]
// The site stands under a path of its own on a local server, and every other host is out of reach. The
// example's 'railway' and '西部' find their issues; no other page loads anything of the search; nothing
// breaks where scripts are off, where nothing is found, or where the server is gone.
const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')
const { gunzipSync } = require('node:zlib')
const { chromium } = require('playwright-core')

const [site, shots] = process.argv.slice(2).map(name => path.resolve(name))
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', json: 'application/json', png: 'image/png' }
const under = '/some/where/'
let asked = []

function check(what, holds, shown = '') {
  if (!holds) throw new Error(`${what} ${typeof shown === 'string' ? shown : JSON.stringify(shown)}`)
  console.log(`ok: ${what}`)
}

const server = http.createServer((request, response) => {
  const url = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
  asked.push(url)
  let file = path.join(site, url.slice(under.length))
  if (url.startsWith(under) && file.startsWith(site) && fs.existsSync(file) && fs.statSync(file).isDirectory()) file = path.join(file, 'index.html')
  if (!url.startsWith(under) || !file.startsWith(site) || !fs.existsSync(file)) return response.writeHead(404).end()
  const type = types[file.split('.').pop()] ?? 'application/octet-stream'
  response.writeHead(200, { 'content-type': type.startsWith('text') ? `${type}; charset=utf-8` : type }).end(fs.readFileSync(file))
})

// Everything that a file says, gzip or not.
function plain(file) {
  const bytes = fs.readFileSync(file)
  try { return gunzipSync(bytes).toString() } catch { return bytes.toString() }
}

async function main() {
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const top = `http://127.0.0.1:${server.address().port}${under}`
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  const open = async options => {
    const context = await browser.newContext(options)
    await context.route(url => url.hostname !== '127.0.0.1', route => route.abort())
    return context
  }
  try {
    const context = await open({ viewport: { width: 1000, height: 900 } })
    const page = await context.newPage()
    const errors = []
    page.on('pageerror', error => errors.push(String(error)))
    page.on('console', message => message.type() === 'error' && errors.push(message.text()))
    const found = () => page.locator('.results h2 a').evaluateAll(links => links.map(link => new URL(link.href).pathname))
    const answered = async () => {
      await page.waitForFunction(() => document.querySelector('main.search').ariaBusy === 'false')
      return found()
    }
    const ask = async query => {
      await page.fill('#query', query)
      await page.press('#query', 'Enter')
      return answered()
    }

    const issues = fs.readdirSync(site).filter(name => fs.existsSync(path.join(site, name, 'card.png')))
    for (const place of ['', `${issues[0]}/`, '404.html']) {
      asked = []
      await page.goto(top + place, { waitUntil: 'networkidle' })
      check(`${place || 'the home page'} loads nothing of the search`, !asked.some(url => /search|pagefind/.test(url)), asked)
      check(`${place || 'the home page'} leads to it`, await page.locator('header nav a[href$="search/"]').count() === 1)
    }
    // That page starts at the top of its host, which is not here.
    errors.length = 0
    asked = []
    await page.goto(`${top}search/`, { waitUntil: 'networkidle' })
    check('the search page loads no index before it is asked', !asked.some(url => /pagefind|wasm/.test(url)), asked)
    check('the field has the focus', await page.evaluate(() => document.activeElement.id === 'query'))

    const [zh] = issues.filter(name => /xibu/.test(name))
    let urls = await ask('railway')
    check("'railway' finds what has it", urls.length >= 1 && urls.some(url => /map-table|chongqing/.test(url)) && !urls.some(url => url.includes(zh)), urls)
    check('what was found is marked', /railway/i.test(await page.locator('.results mark').first().textContent()))
    check('its stem is enough', (await ask('railways')).length === urls.length)
    check('an inner part of the address is kept', page.url().endsWith('search/?q=railways'), page.url())
    urls = await ask('西部')
    check("'西部' finds the Chinese issue first", urls[0] === `${under}${zh}/`, urls)
    check('the page is in its own language again', await page.evaluate(() => document.documentElement.lang) === 'en')
    check('a word in the middle of a sentence is found', (await ask('座谈会')).includes(`${under}${zh}/`))
    const both = await ask('2024')
    check('no issue is found twice', new Set(both).size === both.length, both)
    check('nothing is found of what is not there', (await ask('xylophone')).length === 0)
    for (const word of ['nosuchword', 'theqqqq', '西瓜瓜']) check(`nothing is found of '${word}'`, (await ask(word)).length === 0)
    await ask('xylophone')
    check('and it says so', /xylophone/.test(await page.locator('.status').textContent()) && await page.locator('.again').isVisible())
    await ask('<img src=x onerror=alert(1)> railway')
    check('markup in a question is text', await page.locator('main img').count() === 0)

    await page.goto(`${top}search/?q=%E9%87%8D%E5%BA%86`)
    check('a link to an answer works', (await answered()).length >= 1)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    check('the keyboard reaches the button', await page.evaluate(() => document.activeElement.matches('button, a')))
    await page.locator('.results h2 a').first().click()
    check('an answer leads to its issue', new URL(page.url()).pathname === `${under}${zh}/`, page.url())
    await page.goBack()
    check('and the way back to the answers', (await answered()).length >= 1)
    check('no error in any of this', errors.length === 0, errors)

    await context.setOffline(true)
    check('what was asked before is answered offline', (await ask('重庆')).length >= 1)
    await context.setOffline(false)
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme })
      for (const query of ['', 'railway', 'xylophone']) {
        await ask(query)
        await page.evaluate(axe)
        const { violations } = await page.evaluate(() => axe.run())
        for (const width of [320, 1000]) {
          await page.setViewportSize({ width, height: 900 })
          check(`nothing sticks out at ${width} px`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
        }
        check(`axe finds nothing, ${scheme}, '${query}'`, violations.length === 0, violations.map(v => [v.id, v.nodes.map(n => n.html)]))
      }
      if (shots) {
        for (const width of [360, 768, 1440]) {
          await page.setViewportSize({ width, height: 900 })
          for (const query of ['chongqing', '西部', '', 'xylophone']) {
            await ask(query)
            await page.evaluate(() => document.activeElement.blur())
            await page.screenshot({ path: path.join(shots, `search-${query || 'empty'}-${width}-${scheme}.png`) })
          }
        }
      }
    }
    await context.close()

    const without = await (await open({ javaScriptEnabled: false })).newPage()
    await without.goto(`${top}search/`)
    check('without scripts it says so', await without.locator('noscript').isVisible())

    const index = path.join(site, 'search')
    const files = fs.readdirSync(index, { recursive: true }).map(name => path.join(index, name)).filter(file => fs.statSync(file).isFile())
    check('the index says what letters say', files.some(file => plain(file).includes('Chongqing')))
    const secret = /marker of a private letter/i
    check('nothing of a private letter is in it', !files.some(file => secret.test(plain(file))))
  } finally {
    await browser.close()
    server.close()
  }
}

main().catch(error => { console.error(error.message); process.exit(1) })
