// Proves that the driver goes red: breaks a page in one way after another, and
// expects the check that is about it to fail.
//
//     node red.mjs PAGE.html [PART-OF-A-NAME..]

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

const [page, ...only] = process.argv.slice(2)
if (!page) {
  console.error('usage: node red.mjs PAGE.html')
  process.exit(2)
}
const whole = await readFile(page, 'utf8')

// Another text in place of one, which must be there.
const swap = (was, is) => html => {
  if (!html.includes(was)) throw new Error(`the page has no ${was}`)
  return html.replace(was, () => is)
}
const style = text => swap('</style>', `${text}</style>`)
const data = change => html => html.replace(/(id="data">)([^<]*)/, (_, before, packed) => {
  const graph = JSON.parse(gunzipSync(Buffer.from(packed, 'base64')))
  change(graph)
  return before + gzipSync(JSON.stringify(graph)).toString('base64')
})

const broken = {
  'a key that is not heard': [swap("'undo', '←'", "'undo', '<'"), 'every key'],
  'a digit that picks another thread': [swap('return pick(digit)', 'return pick(0)'), 'every key'],
  'a key that the help leaves out': [swap(', ...bar, [', ', ...bar.slice(1), ['), 'every key'],
  'a step without a sentence': [data(graph => { graph.strings[graph.states[3].steps?.[0]?.[3] ?? graph.states[3][5][0][3]] = '' }), 'random plays'],
  'a file that is not named': [swap('places[p][0] === file ?', 'true ?'), 'random plays'],
  'a sentence that is not shown': [swap('rich(S[made(first + i)[3]])', "''"), 'random plays'],
  'a blocked thread that looks as if it could go': [swap("setAttribute('aria-disabled', !can.length)", "setAttribute('aria-disabled', false)"), 'random plays'],
  'an error now and then': [swap('function reveal(el) {', "function reveal(el) { if (at === 5) console.error('five')"), 'random plays'],
  'a hint that goes another way': [swap('shortest(goal, n)[0]', 'steps(n).at(-1)[0]'), 'hints alone'],
  'a fatal step that is one too late': [swap('Until ${move(k)} it', 'Until ${move(k + 1)} it'), 'the fatal step'],
  'odds of another schedule': [data(graph => { graph.odds[1][2] += 1 }), 'the odds are'],
  'odds of the state before': [swap('const now = esc(odds(n)), was', 'const now = esc(odds(way[Math.max(at - 1, 0)])), was'), 'the odds are'],
  'odds on the buttons while predicting': [swap('shows > 1 && !predict', 'shows > 1'), 'the odds are'],
  'a curve without its fatal move': [swap('k > 0 && k <= at', 'k > at'), 'the odds are'],
  'a guess that is given away': [swap('guessed = !chances', 'guessed = true'), 'the odds are'],
  'a map that goes elsewhere': [swap('visit(+state)', 'visit(+state - 1)'), 'a click on the map'],
  'a first difference that is the second': [swap('const first = turning(lost)', 'const first = turning(lost) + 1'), 'the fatal step'],
  'an answer that is wrong': [swap("can ? 'Yes' : 'No', ['Yes', 'No']", "can ? 'No' : 'Yes', ['Yes', 'No']"), 'predict mode'],
  'a question with one answer': [html => swap('value && wrong.length', 'value')(swap('v !== value), 3)', 'v !== value), 0)')(html)), 'predict mode'],
  'the same question again and again': [swap('q.kind !== a || q.kind !== b', "q.kind === 'next' || asks.every(q => q.kind !== 'next')"), 'predict mode'],
  'an address that is not read': [swap("\nload(fragment(), 'the address')", "\nload('', 'the address')"), 'an address'],
  'a step that cannot be made, swallowed': [swap('if (!wrong) return true', 'return true'), 'an address'],
  'a picture from elsewhere': [swap('<main>', '<main><img src="http://localhost:9/a.png" alt="">'), 'Content Security Policy', 'every key'],
  'a request, where no policy forbids it': [html => swap('<main>', '<main><img src="http://localhost:9/a.png" alt="">')(html.replace(/<meta http-equiv[^>]*>/, '')), 'request', 'every key'],
  'something too wide for a phone': [style('#said{min-width:420px}'), 'sideways'],
  'words that break in the middle': [style('#tell,.does{word-break:break-all;width:5.3em}'), 'is broken', 'sideways'],
  'a color that is too pale': [style('small{color:#bbb!important}'), 'color-contrast', 'axe'],
  'a color that is too pale in the dark': [swap('#565e69,#a0a8b3', '#565e69,#4a5058'), 'axe finds nothing, light and dark: dark', 'axe'],
  'a button without a name': [swap('<footer>', '<footer><button></button>'), 'button-name', 'axe'],
  'a goal that is not said': [swap('Choose which thread runs next.', 'A page.'), 'the goal'],
  'a goal of another kind': [swap("lost(0) ? ['Every", "!lost(0) ? ['Every"), 'the goal'],
  'forced moves that wait': [swap('for (; goes() &&', 'for (; false &&'), 'forced moves'],
  'forced moves that are not told': [swap('only this thread could go on">↓', 'only this thread could go on">'), 'forced moves'],
  'undo of one forced move': [swap('seek(chosen() - 1)', 'seek(at - 1)'), 'forced moves'],
  'forced moves that cannot be switched off': [swap("alone = !alone", 'alone'), 'forced moves'],
  'a focus that stays': [swap('!able(focus)', 'false'), 'the focus'],
  'a focus that is lost at the end': [swap("return $('#verdict').focus", "return $('h1').focus"), 'the focus'],
  'a lock that looks open': [swap("padlock(a < 0)", 'padlock(true)'), 'locks, channels'],
  'sleepers that are not shown': [swap('a.map(t => `<span class="tag', 'a.slice(1).map(t => `<span class="tag'), 'locks, channels'],
  'motion for those who want none': [html => swap("behavior === 'auto'", 'false')(html), 'a change is seen'],
  'nothing that moves': [swap('moves = true', 'moves = false'), 'a change is seen'],
  'a fatal row that is scrolled away': [swap("top($('.turn')) - top(lanes) - 60", '0'), 'on a projector'],
  'a diagram without room': [style('#lanes{flex:none!important;height:3rem}'), 'on a projector'],
  'code on paper': [swap('nav,#threads,.acts,#source,', 'nav,#threads,.acts,'), 'on paper'],
  'a next game that is another': [swap('copy(after.content', 'copy(D.command'), 'at the end'],
  'a link that is not there': [swap('after?.href', 'after?.hrefs'), 'at the end'],
  'nothing without JavaScript': [style('noscript{display:none!important}'), 'without JavaScript'],
}

const dir = await mkdtemp(join(tmpdir(), 'red-'))
const file = join(dir, 'page.html')
// What the driver says of this page, and how it ends.
const drive = (html, check) => writeFile(file, html).then(() => new Promise(done => {
  const env = { ...process.env, PLAYS: '20', CHECK: check }
  execFile(process.execPath, [join(import.meta.dirname, 'drive.mjs'), dir], { env }, (error, out) => done([error?.code ?? 0, out]))
}))
let passed = 0, failed = 0
for (const [name, [change, expected, check = expected]] of Object.entries(broken)) {
  if (only.length && !only.some(part => name.includes(part))) continue
  const [before] = await drive(whole, check), [after, said] = await drive(change(whole), check)
  const red = before === 0 && after === 1 && said.includes(expected)
  if (red) passed++
  else failed++
  console.log(`${red ? 'red  ' : 'GREEN'} ${name}: ${said.split('\n').find(l => l.startsWith('     '))?.trim().slice(0, 160) ?? said}`)
}
await rm(dir, { recursive: true })
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
