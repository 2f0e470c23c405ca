// Writes each example of the CommonMark specification, and some GFM tables, as a post of its own,
// and the examples of the specification to examples.json.
const fs = require('node:fs')
const path = require('node:path')
const { tests } = require('commonmark-spec')

const top = process.argv[2]
fs.mkdirSync(path.join(top, 'posts'), { recursive: true })
fs.writeFileSync(path.join(top, 'newsletter.yaml'), 'name: Examples\nbase_url: https://letters.example\n' +
  'from: editor@letters.example\npostal_address: 12 Example Lane\nchecks:\n  levels: {missing-link-target: off}\n')
const tables = ['| a | b |\n|---|:-:|\n| `x\\|y` | **z** |\n', '| one |\n|-|\n', '|a|b|\n|-|-|\n|1|\n|1|2|3|\n\ntext\n']
const examples = [...tests.map(test => test.markdown), ...tables]
examples.forEach((markdown, i) => {
  const number = String(i + 1).padStart(3, '0')
  const text = `---\ntitle: Example ${number}\ndate: 2024-04-26\n---\n\n${markdown.replaceAll('→', '\t')}`
  fs.writeFileSync(path.join(top, 'posts', `2024-04-26-example-${number}.md`), text)
})
fs.writeFileSync(path.join(top, 'examples.json'), JSON.stringify(tests))
console.log(`${examples.length} examples`)
