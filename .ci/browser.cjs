// Looks at every e-mail and page of a build in Chromium: node browser.cjs OUT
// Width: nothing sticks out. Contrast: at least 4.5 for every text, computed from styles; in
// forced dark, where Chromium changes colours after the styles, measured in a screenshot.
const fs = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { chromium } = require('playwright-core')

const out = path.resolve(process.argv[2])
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const widths = [280, 320, 375, 600, 700]
const pageWidths = [...widths, 1440]
const wrong = []
let looked = 0

// Runs in the page: texts that can be seen, with their rectangles and computed contrast.
function texts() {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
  const parse = color => { const n = color.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n }
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]))
  const canvas = () => {
    const scheme = getComputedStyle(document.documentElement).colorScheme
    return matchMedia('(prefers-color-scheme: dark)').matches && scheme.includes('dark') ? [18, 18, 18] : [255, 255, 255]
  }
  const ground = element => {
    const layers = []
    for (let e = element; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor))
    return layers.reverse().reduce((under, top) => over(top, under), canvas())
  }
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement
    if (!/[\p{L}\p{N}]/u.test(node.data) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    const style = getComputedStyle(element)
    if (parseFloat(style.fontSize) < 2 || element.closest('style,script,title')) continue
    let clipped = false
    for (let e = element; e; e = e.parentElement) {
      const s = getComputedStyle(e), box = e.getBoundingClientRect()
      if (s.overflow !== 'visible' && (box.width <= 1 || box.height <= 1)) clipped = true
    }
    if (clipped) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const rectangles = [...range.getClientRects()].filter(r => r.width > 4 && r.height > 4)
    if (!rectangles.length) continue
    // What a box that scrolls holds beyond its edge is in no screenshot.
    let edge = innerWidth
    for (let e = element; e; e = e.parentElement) {
      if (getComputedStyle(e).overflowX !== 'visible') edge = Math.min(edge, e.getBoundingClientRect().right)
    }
    const boxes = rectangles.filter(r => r.right <= edge + 0.5).map(r => [r.left + scrollX, r.top + scrollY, r.width, r.height])
    const back = ground(element)
    const [a, b] = [luminance(over(parse(style.color), back)), luminance(back)].sort((x, y) => y - x)
    found.push({ text: node.data.trim().slice(0, 40), contrast: (a + 0.05) / (b + 0.05), boxes })
  }
  return found
}

// Runs in the page: links within it that can be seen and lead to what cannot.
function astray() {
  const seen = element => element.checkVisibility() && element.getClientRects().length > 0
  return [...document.querySelectorAll('a[href^="#"]')].filter(seen).map(link => link.hash)
    .filter(hash => { const target = document.getElementById(decodeURIComponent(hash.slice(1))); return !target || !seen(target) })
}

// Runs in a plain page: contrast of each text in a screenshot, its commonest colour against the
// one farthest from it.
async function measure({ shot, scale, found }) {
  const image = new Image()
  image.src = `data:image/png;base64,${shot}`
  await image.decode()
  const canvas = new OffscreenCanvas(image.width, image.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context.drawImage(image, 0, 0)
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  return found.map(({ text, boxes }) => {
    // What a box scrolls out of the picture is not in it: nothing is known of it.
    let best
    for (const [x, y, w, h] of boxes) {
      const [left, top] = [Math.max(0, Math.floor(x * scale)), Math.max(0, Math.floor(y * scale))]
      const [width, height] = [Math.min(image.width - left, Math.ceil(w * scale)), Math.min(image.height - top, Math.ceil(h * scale))]
      if (width < 2 || height < 2) continue
      const { data } = context.getImageData(left, top, width, height)
      const counts = new Map()
      for (let i = 0; i < data.length; i += 4) {
        const key = data[i] << 16 | data[i + 1] << 8 | data[i + 2]
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      const light = key => 0.2126 * channel(key >> 16) + 0.7152 * channel(key >> 8 & 255) + 0.0722 * channel(key & 255)
      const back = light([...counts].reduce((a, b) => b[1] > a[1] ? b : a)[0])
      for (const key of counts.keys()) {
        const [a, b] = [light(key), back].sort((p, q) => q - p)
        best = Math.max(best ?? 1, (a + 0.05) / (b + 0.05))
      }
    }
    return { text, contrast: best ?? Infinity }
  })
}

async function look(page, name, width, contrast) {
  looked++
  const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth))
  if (wide > width) {
    const culprit = await page.evaluate(w => {
      const past = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > w + 0.5)
      const last = past.at(-1)
      return last ? `<${last.tagName.toLowerCase()}> ${last.textContent.trim().slice(0, 40)}` : ''
    }, width)
    wrong.push(`${name}: ${wide} px wide at ${width}: ${culprit}`)
  }
  for (const { text, contrast: value } of contrast) {
    if (value < 4.5) wrong.push(`${name}: contrast ${value.toFixed(2)}: ${text}`)
  }
}

async function main() {
  const options = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' }
  const browser = await chromium.launch({ ...options, args: ['--no-sandbox'] })
  const dark = await chromium.launch({ ...options, args: ['--no-sandbox', '--enable-features=WebContentsForceDark'] })
  const meter = await (await browser.newContext()).newPage()
  const slugs = fs.readdirSync(out).filter(slug => fs.existsSync(path.join(out, slug, 'email.html')))
  const views = slugs.flatMap(slug => [`${slug}/email.html`, `${slug}/index.html`]).concat('index.html')

  const open = async (from, width, settings, view, change) => {
    const context = await from.newContext({ viewport: { width, height: 900 }, ...settings })
    const page = await context.newPage()
    const url = pathToFileURL(path.join(out, view)).href
    await page.route('**/*', route => {
      const type = route.request().resourceType()
      if (type === 'document' && change) {
        return route.fulfill({ contentType: 'text/html; charset=utf-8', body: change(fs.readFileSync(path.join(out, view), 'utf8')) })
      }
      return (settings.images === false && type === 'image') || /^https?:/.test(route.request().url()) ? route.abort() : route.continue()
    })
    await page.goto(url, { waitUntil: 'load' })
    return page
  }
  const plain = async (name, width, settings, view, change) => {
    const page = await open(browser, width, settings, view, change)
    await look(page, name, width, await page.evaluate(texts))
    return page
  }

  for (const view of views) {
    const email = view.endsWith('email.html')
    for (const width of email ? widths : pageWidths) {
      for (const colorScheme of ['light', 'dark']) {
        const page = await plain(`${view} ${width} ${colorScheme}`, width, { colorScheme }, view)
        for (const hash of await page.evaluate(astray)) wrong.push(`${view} ${width}: ${hash} leads to nothing that can be seen`)
        if (!email && (width === 375 || width === 700)) {
          const { violations } = await page.evaluate(`${axe};axe.run({ resultTypes: ['violations'] })`)
          for (const found of violations) wrong.push(`${view} ${width} ${colorScheme}: axe ${found.id}: ${found.nodes[0].html.slice(0, 160)}`)
        }
        await page.context().close()
      }
      await (await plain(`${view} ${width} images off`, width, { images: false }, view)).context().close()
    }
    if (email) {
      const bare = html => html.replace(/<style[^]*?<\/style>/g, '')
      for (const colorScheme of ['light', 'dark']) {
        await (await plain(`${view} 280 ${colorScheme} without style`, 280, { colorScheme }, view, bare)).context().close()
      }
      for (const width of [375, 700]) {
        const scale = 2
        const page = await open(dark, width, { deviceScaleFactor: scale, colorScheme: 'dark' }, view)
        const found = await page.evaluate(texts)
        const shot = (await page.screenshot({ fullPage: true })).toString('base64')
        await look(page, `${view} ${width} forced dark`, width, await meter.evaluate(measure, { shot, scale, found }))
        await page.context().close()
      }
    }
  }
  await browser.close()
  await dark.close()
  console.log(wrong.slice(0, 50).join('\n'))
  console.log(`${views.length} views, looked at ${looked} times, ${wrong.length} findings`)
  process.exitCode = wrong.length || slugs.length < 3 ? 1 : 0
}

main().catch(error => { console.error(error); process.exitCode = 1 })
