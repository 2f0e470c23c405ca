// Asks the index of each language, loads each once it is asked, and shows what it says.
const main = document.querySelector('main.search')
const part = selector => main.querySelector(selector)
const [form, input, status, years, again, list, more] =
  ['form', 'input', '.status', '.years', '.again', '.results', '.more'].map(part)
const words = main.dataset
const top = new URL('.', import.meta.url)
const AT_ONCE = 20
// Languages whose words stand without spaces between them.
const SPACELESS = ['zh', 'ja']

let indexes
let turn = 0

function open() {
  indexes ??= Promise.all(words.languages.split(' ').filter(Boolean).map(openOne))
  // A failure is not kept: the next question tries again.
  indexes.catch(() => { indexes = undefined })
  return indexes
}

async function openOne(language) {
  // A module of its own for each language, for each has a stemmer of its own.
  const pagefind = await import(new URL(`${words.index}pagefind.js?${language}`, top))
  const page = document.documentElement
  const own = page.lang
  // It asks the page for its language, here and now, and takes no other.
  page.lang = language
  const index = pagefind.createInstance({
    excerptLength: SPACELESS.includes(language) ? 40 : 26, excerptEllipsis: '…', metaCacheTag: '',
  })
  page.lang = own
  await index.init()
  await index.filters()
  return { language, index }
}

// The words and the year that the address holds.
function asked() {
  const { searchParams } = new URL(location)
  return { query: (searchParams.get('q') ?? '').trim(), year: searchParams.get('year') }
}

function address(query, year) {
  const parameters = new URLSearchParams(query ? { q: query, ...(year && { year }) } : {})
  return `?${parameters}`.replace(/^\?$/, location.pathname)
}

const folded = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const wordsOf = text => folded(text).match(/[\p{L}\p{N}]+/gu) ?? []

// Whether `word` goes on from what was asked, or is another form of it.
function isForm(word, asked) {
  if (word.startsWith(asked)) return true
  let same = 0
  while (same < asked.length && word[same] === asked[same]) same++
  // 'Running' doubles the end of 'run'.
  if (same > 0 && asked[same] === asked[same - 1]) same++
  return same >= Math.max(Math.min(3, asked.length), Math.ceil(asked.length / 2), asked.length - 4)
}

// Where an index has no such word, Pagefind asks it for a shorter one, and finds 'no' for 'nosuchword'. It does so
// for all answers or for none, so that the first one tells.
async function isMeant(query, { results: [first] }) {
  const asked = wordsOf(query)
  if (!first || asked.length === 0) return true
  const { content } = await first.data()
  const there = wordsOf(content)
  const has = word => /\p{Script=Han}/u.test(word) ? [...word].every(c => content.includes(c))
    : there.some(one => isForm(one, word))
  return asked.some(has)
}

async function search(query, year) {
  const chinese = /\p{Script=Han}/u.test(query)
  const opened = await open()
  // Chinese is taken apart in the Chinese index alone, which has copies of what else holds any; they
  // answer nothing but Chinese.
  const able = opened.filter(({ language }) => !chinese || SPACELESS.includes(language))
  const kind = chinese ? {} : { kind: 'own' }
  const ask = filters => Promise.all(able.map(async ({ index }) => {
    const found = await index.search(query, { filters })
    return await isMeant(query, found) ? found : { results: [], filters: {} }
  }))
  const all = await ask(kind)
  const counts = {}
  for (const answer of all) {
    for (const [name, count] of Object.entries(answer.filters.year ?? {})) counts[name] = (counts[name] ?? 0) + count
  }
  const chosen = year ? await ask({ ...kind, year }) : all
  return {
    results: chosen.flatMap(answer => answer.results).sort((a, b) => b.score - a.score),
    years: Object.keys(counts).filter(name => name && counts[name] > 0).sort().reverse(),
  }
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

// What was found stands between marks; all else is text. A word comes with its punctuation.
function excerpt(text) {
  const plain = part => part.replaceAll('&lt;', '<').replaceAll('&gt;', '>')
  const close = text.replace(/^…\s+/, '…').replace(/\s+…$/, '…')
  return close.split(/<mark>(.*?)<\/mark>/s).flatMap((part, at) => {
    if (at % 2 === 0) return [plain(part)]
    const [, before, word, after] = plain(part).match(/^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su)
    return [before, element('mark', {}, word), after]
  })
}

function row({ raw_url, meta, filters, excerpt: text }) {
  const of = name => filters[name]?.[0] ?? ''
  const lang = of('language')
  const link = element('a', { href: new URL(raw_url.replace(/^\.\//, ''), top).href }, meta.title)
  return element('li', { lang, dir: 'auto' }, element('h2', {}, link), element('p', { className: 'details' }, of('details')),
    element('p', { className: 'excerpt' }, ...excerpt(text)))
}

async function show(results, from, mine) {
  const rows = await Promise.all(results.slice(from, from + AT_ONCE).map(result => result.data()))
  if (mine !== turn) return
  const made = rows.map(row)
  list.append(...made)
  if (from) made[0].querySelector('a').focus()
  more.hidden = from + AT_ONCE >= results.length
  more.firstElementChild.onclick = () => show(results, from + AT_ONCE, mine)
}

function chooser(query, year, known) {
  const link = (label, to) =>
    element('a', { href: address(query, to), ariaCurrent: (to ?? null) === year ? 'true' : null }, label)
  years.replaceChildren(link(words.allYears), ...known.map(name => link(name, name)))
  years.hidden = known.length < 2
}

async function answer() {
  const mine = ++turn
  main.ariaBusy = 'true'
  const { query, year } = asked()
  if (input.value.trim() !== query) input.value = query
  document.title = document.title.replace(/^(.* – )?/s, query ? `${query} – ` : '')
  const clear = () => { list.replaceChildren(); again.hidden = more.hidden = years.hidden = true }
  if (!query) {
    clear()
    status.textContent = words.hint
    main.ariaBusy = 'false'
    return
  }
  // Nothing moves while it is quick.
  const slow = setTimeout(() => { status.textContent = words.loading }, 150)
  try {
    const { results, years: known } = await search(query, year)
    if (mine !== turn) return
    clear()
    const count = results.length
    status.textContent = count === 0 ? words.nothing.replace('{}', query)
      : count === 1 ? words.one : words.many.replace('{}', count)
    again.hidden = count > 0
    chooser(query, year, known)
    await show(results, 0, mine)
  } catch (error) {
    console.error(error)
    if (mine !== turn) return
    clear()
    status.textContent = words.failed
  } finally {
    clearTimeout(slow)
    if (mine === turn) main.ariaBusy = 'false'
  }
}

function go(url, how = 'pushState') {
  history[how](null, '', url)
  answer()
}

let typing
input.addEventListener('input', () => {
  clearTimeout(typing)
  typing = setTimeout(() => go(address(input.value.trim()), 'replaceState'), 250)
})
form.addEventListener('submit', event => {
  event.preventDefault()
  clearTimeout(typing)
  go(address(input.value.trim()))
})
years.addEventListener('click', event => {
  const link = event.target.closest('a')
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  go(link.href)
})
addEventListener('popstate', answer)
if (!asked().query) input.focus({ preventScroll: true })
answer()
