// Drives every page in a directory with the system's Chromium, and holds what
// it shows against the graph that is packed into it.
//
//     node drive.mjs DIR [PART-OF-A-NAME..]
//
// Chromium is /usr/bin/chromium, or what CHROMIUM says. PLAYS is the number of
// random plays of a page (300). CHECK is a part of the name of the only checks
// to make.

import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'

const [dir, ...only] = process.argv.slice(2)
if (!dir) {
  console.error('usage: node drive.mjs DIR [PART-OF-A-NAME..]')
  process.exit(2)
}
const plays = Number(process.env.PLAYS ?? 300)
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const widths = [[390, 844], [1024, 768], [1440, 900]]

class Wrong extends Error {}
const must = (holds, text) => {
  if (!holds) throw new Wrong(text)
}

// The graph of a page, read without the page's own code.
class Graph {
  constructor(html) {
    const packed = html.match(/<script type="text\/plain" id="data">([^<]*)<\/script>/)
    must(packed, 'the page has no data')
    this.data = JSON.parse(gunzipSync(Buffer.from(packed[1], 'base64')))
    this.states = this.data.states.map(([fate, end, doing, things, owners, steps]) => ({ fate, end, doing, things, owners, steps }))
  }
  step(n, choice) {
    return this.states[n].steps.find(s => s[0] === choice)
  }
  // The states along a schedule.
  walk(schedule) {
    const way = [0]
    for (const choice of schedule) way.push(this.step(way.at(-1), choice)[1])
    return way
  }
  // Whether no end can be reached from a state. Where the graph is cut, nobody
  // knows.
  endless(n) {
    this.ending ??= this.reach(s => s.end !== 0 || !s.steps.length)
    return !this.ending[n]
  }
  bad(n) {
    const { end } = this.states[n]
    return end !== 0 && end[0] !== 'w' || this.endless(n)
  }
  // What the page must say of the odds of each state: a thread is drawn, and
  // then one of its choices. It has to agree with Rust, and not to be like it.
  odds() {
    if (!this.data.odds || this.drawn) return this.drawn
    const is = n => this.data.odds[0] === 'see it' ? this.states[n].end && this.states[n].end[1] === true : this.bad(n)
    const all = Float64Array.from(this.states, (_, n) => is(n) ? 1 : 0)
    for (let by = 1; by > 1e-12;) {
      by = 0
      for (let n = all.length - 1; n >= 0; n--) {
        const { steps } = this.states[n], turns = new Set(steps.map(s => parseInt(s[0])))
        if (!steps.length || is(n)) continue
        const sum = [...turns].reduce((sum, t) => {
          const its = steps.filter(s => parseInt(s[0]) === t)
          return sum + its.reduce((sum, s) => sum + all[s[1]], 0) / its.length
        }, 0) / turns.size
        by = Math.max(by, Math.abs(sum - all[n]))
        all[n] = sum
      }
    }
    return this.drawn = all
  }
  // Whether this is what it says of it, in two digits.
  says(n, text) {
    const is = this.odds()[n] * 100, said = parseFloat(text.replace(/^> 99/, 99.5).replace(/^< 0.001/, 0.0005))
    return Math.abs(said - is) <= (is > 9.9 ? 0.51 : 0.06 * is + 0.0005) && is < 1e-7 === (said === 0) && is > 100 - 1e-7 === (said === 100)
  }
  // From which states a state like this can be reached: forward, again and
  // again until nothing changes.
  reach(is) {
    const can = this.states.map(s => is(s))
    for (let changed = true; changed;) {
      changed = false
      for (let n = can.length - 1; n >= 0; n--) {
        if (!can[n] && this.states[n].steps.some(s => can[s[1]])) changed = can[n] = true
      }
    }
    return can
  }
  // The shortest schedule from the start to such a state, breadth first.
  shortest(is) {
    const from = new Map([[0, null]])
    for (const n of from.keys()) {
      if (is(n)) {
        const way = []
        for (let m = n; from.get(m); m = from.get(m)[0]) way.unshift(from.get(m)[1])
        return way
      }
      for (const [choice, to] of this.states[n].steps) if (!from.has(to)) from.set(to, [n, choice])
    }
    return null
  }
  names(threads) {
    const names = threads.map(t => this.data.threads[t])
    if (!names.length) return 'no thread'
    return names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`
  }
  // The answer to a question about the state after a step.
  answer({ kind, of, choice }, n, values) {
    const { strings, doing, things, rows } = this.data
    const [, to, made] = this.step(n, choice)
    const after = this.states[to], thread = parseInt(choice)
    switch (kind) {
      case 'run':
        return this.names(this.data.threads.map((_, t) => t).filter(t => after.steps.some(([c]) => parseInt(c) === t && !c.endsWith('s'))))
      case 'hold': {
        const thing = things[after.things[of]]
        return thing[0] === 'l' ? strings[thing[3]] : thing[1].map(m => strings[m]).join(', ') || 'nothing'
      }
      case 'well':
        this.well ??= this.reach(s => s.end !== 0 && s.end[0] === 'w' && s.end[1])
        return this.well[to] ? 'Yes' : 'No'
      case 'fail':
        this.fails ??= this.reach(s => s.end !== 0 && s.end[0] !== 'w')
        return this.fails[to] ? 'Yes' : 'No'
      case 'odds':
        return values.find(value => this.says(to, value))
      case 'owner':
        return strings[after.owners[of]]
      case 'wake':
        return this.names(made.map(r => rows[r]).filter(r => r[3] === 'n' && r[4] === +of).flatMap(r => r[5]))
      case 'next':
        return strings[doing[after.doing[thread]][0]]
    }
    throw new Wrong(`a question of an unknown kind, ${kind}`)
  }
}

// A page that is open, and what it complained about.
async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options })
  if (options.javaScriptEnabled !== false) await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  page.complaints = []
  const complain = text => page.complaints.push(text)
  page.on('console', m => ['error', 'warning'].includes(m.type()) && complain(`console: ${m.text()}`))
  page.on('pageerror', e => complain(`error: ${e.message}`))
  context.on('request', r => {
    if (r.url().split('#')[0] !== url && !r.url().startsWith('data:')) complain(`request: ${r.url()}`)
  })
  await page.goto(url + (options.hash ?? ''))
  if (options.javaScriptEnabled !== false) {
    await page.waitForFunction(() => document.body.dataset.at, null, { timeout: 20000 }).catch(() => complain('the page does not start'))
  }
  // Most checks make every move themselves.
  if (!options.alone && options.javaScriptEnabled !== false) {
    await page.evaluate(() => {
      document.querySelector('[data-do=alone]').click()
      if (document.body.dataset.at === '0') document.querySelector('[data-do=restart]').click()
    })
  }
  page.done = async () => {
    await context.close()
    must(!page.complaints.length, page.complaints[0])
  }
  page.now = () => page.evaluate(() => ({
    at: +document.body.dataset.at,
    state: +document.body.dataset.state,
    note: document.querySelector('#note').innerText,
    line: document.querySelector('#line').value,
    hash: location.hash.slice(1),
    verdict: document.querySelector('#verdict').hidden ? '' : document.querySelector('#verdict').innerText,
  }))
  page.press = key => page.keyboard.press(key)
  must(!page.complaints.length, page.complaints[0])
  return page
}

const key = choice => choice.replace(/^\d+w?/, '') || choice

const checks = {
  async 'every key does what it says'(browser, url, graph) {
    const page = await open(browser, url), { threads, loom } = graph.data
    const press = async (key, holds, text) => {
      await page.press(key)
      const now = await page.now()
      must(await holds(now), `key ${key}: ${text}, but it is at ${now.at}, state ${now.state}, ${JSON.stringify(now.note)}`)
    }
    for (const t of threads.keys()) {
      const can = graph.states[0].steps.filter(s => parseInt(s[0]) === t)
      if (can.length === 1) await press(`${t}`, now => now.at === 1 && now.state === can[0][1], `makes a step of ${threads[t]}`)
      else await press(`${t}`, now => now.at === 0 && now.note.includes(threads[t]), `says something about ${threads[t]}`)
      await page.press('Escape')
      await page.press('Home')
    }
    await press('s', now => now.at === 0 && now.note, 'shows a run from its start')
    await press('s', now => now.at === 1, 'makes its first move')
    await press('ArrowRight', now => now.at === 2, 'makes the next move')
    await press('ArrowLeft', now => now.at === 1, 'takes it back')
    const run = loom?.split(',') ?? graph.shortest(n => graph.bad(n))
    // Of a good program any shortest run will do.
    const shown = now => run ? now.line === run.join() : graph.states[now.state].end !== 0
    await press('End', now => shown(now) && now.at === now.line.split(',').length && now.hash === now.line, 'goes to the end')
    await press('Home', now => now.at === 0 && now.state === 0 && !now.hash, 'goes to the start')
    await press('h', now => now.at === 0 && now.note.startsWith('Hint'), 'gives a hint')
    await press('h', now => now.at === 1, 'makes the move of the hint')
    const ink = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const paper = await ink()
    await press('t', async () => paper !== await ink(), 'switches to dark')
    await press('t', async () => paper === await ink(), 'switches back')
    const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize))
    const small = await size()
    await press('b', async () => await size() > small, 'makes the type bigger')
    await press('b', async () => await size() === small, 'makes it smaller again')
    const help = () => page.evaluate(() => document.querySelector('#help').open && document.querySelector('#help').innerText)
    await press('?', async () => /projector/.test(await help()), 'opens the help')
    for (const { key } of await page.evaluate(() => [...document.querySelectorAll('nav [title]')].map(b => ({ key: b.title })))) {
      must((await help()).includes(key), `the help does not list ${key}`)
    }
    await press('Escape', async () => !await help(), 'closes the help')
    const pressed = () => page.evaluate(() => document.querySelector('[data-do=predict]').ariaPressed)
    await press('p', async () => await pressed() === 'true', 'switches predict mode on')
    await press('p', async () => await pressed() === 'false', 'switches it off')
    for (const key of ['t', 'b']) await page.press(key)
    const look = [await ink(), await size()]
    await page.reload()
    await page.waitForFunction(() => document.body.dataset.at)
    must(`${look}` === `${[await ink(), await size()]}`, `dark and big are forgotten: ${look} ${[await ink(), await size()]} ${await page.evaluate(() => JSON.stringify({...localStorage}))}`)
    await page.done()
  },

  async 'a choice of a thread has a key of its own'(browser, url, graph) {
    const several = n => graph.states[n].steps.find(s => /\D/.test(s[0]) && graph.states[n].steps.filter(o => parseInt(o[0]) === parseInt(s[0])).length > 1)
    const way = graph.shortest(several)
    if (!way) return
    const n = graph.walk(way).at(-1)
    for (const [choice, to] of graph.states[n].steps.filter(s => parseInt(s[0]) === parseInt(several(n)[0]))) {
      const page = await open(browser, url, { hash: `#${way}` })
      await page.press(`${parseInt(choice)}`)
      await page.press(key(choice))
      const now = await page.now()
      must(now.state === to && now.at === way.length + 1, `keys ${parseInt(choice)} ${key(choice)} do not make ${choice}`)
      await page.done()
    }
  },

  async [`${plays} random plays, each step with its sentence`](browser, url, graph) {
    const page = await open(browser, url)
    const { strings } = graph.data
    for (const [n, state] of graph.states.entries()) {
      for (const [choice, , , said] of state.steps) must(strings[said]?.trim(), `step ${choice} of state ${n} has no sentence`)
    }
    const squash = text => text.replace(/\s+/g, ' ').trim()
    const wrong = await page.evaluate(({ states, strings, plays }) => {
      const $ = what => document.querySelector(what)
      const squash = text => text.replace(/→/g, '->').replace(/←/g, '<-').replace(/\s+/g, ' ').trim()
      for (let play = 0; play < plays; play++) {
        $('[data-do=restart]').click()
        let n = 0
        const made = []
        for (let at = 1; at <= 400; at++) {
          const { end, steps } = states[n]
          if (end || !steps.length) break
          const [choice, to, , said] = steps[Math.floor(Math.random() * steps.length)]
          const sub = $(`.subs [data-choice="${choice}"]`), go = $(`[data-thread="${parseInt(choice)}"]`)
          if ((sub ?? go).getAttribute('aria-disabled') === 'true') return `${made}: ${choice} cannot be chosen`
          for (const [t, b] of [...document.querySelectorAll('.go')].entries()) {
            if ((b.ariaDisabled !== 'true') !== steps.some(s => parseInt(s[0]) === t)) return `${made}: thread ${t} looks as if it ${b.ariaDisabled === 'true' ? 'could not' : 'could'} go`
            if (!b.querySelector('.does').textContent.trim()) return `${made}: thread ${t} says nothing`
          }
          ;(sub ?? go).click()
          made.push(choice)
          if (+document.body.dataset.state !== to || +document.body.dataset.at !== at) return `${made}: leads to state ${document.body.dataset.state} instead of ${to}`
          const text = squash($('#tell').textContent)
          if (text !== `Move ${at}. ${squash(strings[said])}`) return `${made}: the sentence is ${JSON.stringify(text)}`
          if (location.hash !== `#${made}`) return `${made}: the address is ${location.hash}`
          n = to
        }
        if (!states[n].steps.length && $('#verdict').hidden) return `${made}: no verdict at the end`
        if (document.querySelectorAll('#lanes button.num').length !== made.length) return `${made}: not every move is in the diagram`
      }
      return ''
    }, { states: graph.states, strings: strings.map(squash), plays })
    must(!wrong, wrong)
    const unnamed = await page.evaluate(files => {
      let before
      for (const { dataset, innerText } of document.querySelectorAll('#lanes [data-line]')) {
        const [file, line] = dataset.line.slice(1).split('-'), place = `${file === before ? '' : files[file]}:${line}`
        before = file
        if (innerText !== place) return `${innerText} instead of ${place}`
      }
    }, graph.data.files.map(file => file[0].split('/').at(-1)))
    must(!unnamed, `a place in the diagram is ${unnamed}`)
    await page.done()
  },

  async 'hints alone lead to the nearest end, in the fewest moves'(browser, url, graph) {
    const seen = n => graph.states[n].end !== 0 && graph.states[n].end[1] === true
    const way = graph.shortest(n => graph.bad(n)) ?? graph.shortest(seen) ?? graph.shortest(n => graph.states[n].end !== 0)
    const page = await open(browser, url)
    let moves = 0
    for (; moves <= way.length && !(await page.now()).verdict; moves++) {
      await page.press('h')
      await page.press('h')
    }
    const now = await page.now()
    must(now.verdict && now.at === way.length && moves === way.length, `${now.at} moves by hints, ${way.length} is the fewest`)
    await page.done()
  },

  async 'the verdict names the fatal step'(browser, url, graph) {
    const way = graph.shortest(n => graph.states[n].end !== 0 && graph.states[n].end[0] !== 'w')
    if (!way || graph.data.figures.cut) return
    const ends = graph.reach(s => s.end !== 0 && s.end[0] === 'w')
    const fatal = graph.walk(way).findIndex(n => !ends[n])
    const page = await open(browser, url, { hash: `#${way}` })
    const { verdict } = await page.now()
    must(fatal ? verdict.includes(`Until move ${fatal} it could`) : /^(?=[^]*every schedule)(?![^]*Until move)/i.test(verdict), `move ${fatal} is the fatal one: ${verdict}`)
    must(verdict.includes('fewer are not possible'), `it does not say that ${way.length} moves are the fewest`)
    // Compared with a run that ends well: the first difference is that move.
    await page.press('c')
    const parts = await page.evaluate(() => document.querySelector('#help h2')?.innerText)
    must(fatal < 1 || parts === `Move ${fatal} is the first difference`, `it is compared as: ${parts}`)
    if (graph.states[graph.walk(way).at(-1)].end[0] === 'd') must(/Deadlock/.test(verdict), 'it does not say deadlock')
    await page.done()
  },

  async 'predict mode asks what the graph answers'(browser, url, graph) {
    const page = await open(browser, url), kinds = [], { states } = graph
    await page.press('p')
    // Random plays, in the page: what it asked, what was answered, and what it
    // said to that.
    const told = await page.evaluate(states => {
      const $ = what => document.querySelector(what), told = []
      for (let play = 0; play < 40; play++) {
        $('[data-do=restart]').click()
        for (let n = 0, at = 0; states[n].steps.length && at < 60; at++) {
          const { steps } = states[n], [choice, to] = steps[Math.floor(Math.random() * steps.length)]
          ;($(`.subs [data-choice="${choice}"]`) ?? $(`[data-thread="${parseInt(choice)}"]`)).click()
          if (!$('#ask').hidden) {
            const answers = [...document.querySelectorAll('[data-answer]')], values = answers.map(b => b.dataset.value)
            const before = +document.body.dataset.at, { kind, of } = $('#ask').dataset
            const given = Math.floor(Math.random() * answers.length)
            document.dispatchEvent(new KeyboardEvent('keydown', { key: `${given + 1}` }))
            told.push({ kind, of, choice: $('#ask').dataset.choice, chosen: choice, n, at, before, values, given, note: $('#note').innerText.replace(/\s+/g, ' '), score: $('#score').innerText, line: $('#line').value })
          }
          n = to
          if (+document.body.dataset.state !== n || +document.body.dataset.at !== at + 1) return [...told, { lost: `${$('#line').value}: the step ${choice} is not made` }]
        }
      }
      return told
    }, states)
    let asked = 0, right = 0
    for (const { lost, n, at, before, values, given, note, score, line, ...question } of told) {
      must(!lost, lost)
      const { kind, choice, chosen } = question, expected = graph.answer(question, n, values), good = values[given] === expected
      const where = `${line}: ${kind}, ${values.join(' | ')}`
      must(before === at && choice === chosen, `${where}: the step was shown before the answer`)
      must(values.length >= 2 && values.length <= 4 && new Set(values).size === values.length, `${where}: not two to four answers`)
      must(values.includes(expected), `${where}: the graph says ${expected}`)
      must(kinds.at(-1) !== kind || kinds.at(-2) !== kind, `${where}: the same kind for the third time`)
      kinds.push(kind)
      asked++
      right += good
      must(good ? note.startsWith('Right') : note.startsWith('Not so') && note.split(/ It is: /)[1]?.trim().length > expected.length + 5, `${where}: answered ${values[given]}, the graph says ${expected}: ${note}`)
      must(score === `${right} of ${asked}`, `${where}: the score is ${score} instead of ${right} of ${asked}`)
    }
    must(asked > 0, 'it asks nothing')
    await page.done()
    return `${asked} questions of ${new Set(kinds).size} kinds`
  },

  async 'the odds are those of the graph'(browser, url, graph) {
    const { data: { odds }, states } = graph, all = graph.odds()
    if (!all) return must(graph.data.figures.cut, 'a graph that is whole has no odds')
    for (const n of states.keys()) must(graph.says(n, `${odds[1][n]}`), `state ${n} has ${all[n]}, not ${odds[1][n]} %`)
    const way = graph.shortest(n => graph.bad(n)) ?? graph.shortest(n => states[n].end !== 0), walk = graph.walk(way)
    const page = await open(browser, url)
    const text = what => page.locator(what).innerText()
    must(!/\d\s%|\d schedules/.test(await text('#said #tell')) && await page.locator('#odds').isHidden(), 'the odds are told before the guess')
    const guesses = await page.locator('[data-guess]').allInnerTexts()
    must(guesses.filter(guess => graph.says(0, guess)).length === 1, `one guess of ${guesses} should be right`)
    await page.click('[data-guess]')
    must(/^(Right|Not so)/.test(await text('#note')), 'the guess is not answered')
    await page.press('o')
    for (const [i, choice] of way.entries()) {
      for (const t of new Set(states[walk[i]].steps.map(s => parseInt(s[0])))) {
        const its = states[walk[i]].steps.filter(s => parseInt(s[0]) === t), said = await page.locator(`#threads > :nth-child(${t + 1}) .odd`).allInnerTexts()
        must(said.length === its.length && its.every((s, j) => graph.says(s[1], said[j].replace('then ', ''))), `move ${i + 1}, thread ${t}: ${said}`)
      }
      await page.evaluate(hash => { location.hash = hash }, `#${way.slice(0, i + 1)}`)
      await page.waitForFunction(n => document.body.dataset.at === `${n}`, i + 1)
      const [now, before] = (await text('#odds p')).match(/[<>]? ?[\d.e-]+\s%/g)
      must(graph.says(walk[i + 1], now) && graph.says(walk[i], before ?? now), `after move ${i + 1}: ${now}, before it ${before ?? now}`)
    }
    const curve = (await page.locator('#odds svg').getAttribute('aria-label')).match(/[<>]? ?[\d.e-]+\s%/g)
    must(curve.length === walk.length && walk.every((n, i) => graph.says(n, curve[i])), `the curve is ${curve}`)
    const fatal = walk.findIndex(n => all[n] === 1)
    must(odds[0] === 'see it' || fatal < 1 || (await page.locator('#odds svg').textContent()).includes(`move ${fatal}`), `move ${fatal} is not marked`)
    for (const key of ['p', 'ArrowLeft']) await page.press(key)
    must(await page.locator('.odd').count() === 0, 'in predict mode the odds of the choices are shown')
    await page.done()
  },

  async 'a click on the map goes there'(browser, url, graph) {
    const page = await open(browser, url)
    await page.press('m')
    const { states } = graph, dots = await page.locator('g[data-state]').count()
    must(dots === (states.length <= 300 ? states.length : 0), `${dots} dots of ${states.length} states`)
    if (!dots) return page.done()
    for (const n of [states.findIndex(s => s.end !== 0), states.length - 1, states.length >> 1, 0]) {
      await page.locator(`g[data-state="${n}"]`).dispatchEvent('click')
      const now = await page.now(), at = now.line ? graph.walk(now.line.split(',')).at(-1) : 0
      must(now.state === n && at === n, `a click on state ${n} goes to ${now.state}`)
      must(await page.locator('g.me').getAttribute('data-state') === `${n}`, `state ${n} is not marked`)
    }
    await page.click('#map summary')
    must(await page.locator('#map li button').count() === dots, 'the list has not all states')
    await page.locator('#map li button').last().click()
    must(states[(await page.now()).state].end !== 0, 'the last of the list is no end')
    await page.done()
  },

  async 'an address replays its schedule'(browser, url, graph) {
    const ends = n => graph.states[n].end !== 0
    const way = graph.data.loom?.split(',') ?? graph.shortest(ends)
    const page = await open(browser, url, { hash: `#${way}` })
    let now = await page.now()
    must(now.at === way.length && now.state === graph.walk(way).at(-1) && now.line === way.join(), 'it is not replayed')
    await page.evaluate(hash => { location.hash = hash }, `#${way[0]},97`)
    await page.waitForFunction(() => document.body.dataset.at === '1')
    now = await page.now()
    must(/Step 2 of the address, 97, cannot be made/.test(now.note), `a step that cannot be made is not explained: ${now.note}`)
    const other = [...graph.data.threads.keys()].find(t => !graph.states[0].steps.some(s => parseInt(s[0]) === t))
    if (other !== undefined) {
      await page.fill('#line', `${other}`)
      await page.press('Enter')
      now = await page.now()
      must(now.at === 0 && now.note.includes(`Step 1 of the line, ${other}, cannot be made. ${graph.data.threads[other]}`), `a blocked thread is not explained: ${now.note}`)
    }
    // The clipboard is one for all pages that are driven at once.
    const { command } = graph.data, copied = what => page.evaluate(async what => {
      let copied
      navigator.clipboard.writeText = async text => { copied = text }
      document.querySelector(`[data-do=${what}]`).click()
      return copied
    }, what)
    must(await page.locator('[data-do=copy]').isVisible() === !!command, 'a command that there is not can be copied')
    await page.evaluate(hash => { location.hash = hash }, `#${way}`)
    await page.waitForFunction(n => document.body.dataset.at === `${n}`, way.length)
    must(!command || await copied('copy') === `${command} --schedule ${way}`, 'the command is not copied')
    must(await copied('link') === `${url}#${way}`, 'the link is not copied')
    await page.done()
  },

  async 'nothing scrolls sideways, and no word is broken'(browser, url, graph) {
    const way = graph.data.loom?.split(',') ?? graph.shortest(n => graph.states[n].end !== 0)
    for (const [width, height] of widths) {
      const page = await open(browser, url, { viewport: { width, height } })
      for (const key of ['o', 'o', 'm']) await page.press(key)
      for (const upto of [0, way.length >> 1, way.length]) {
        await page.evaluate(hash => { location.hash = hash }, `#${way.slice(0, upto)}`)
        await page.waitForFunction(n => document.body.dataset.at === `${n}`, upto)
        const wrong = await page.evaluate(() => {
          const { clientWidth } = document.documentElement
          const name = el => el.id ? `#${el.id}` : `${el.localName}.${el.className}`
          for (const el of [document.documentElement, document.body, ...document.querySelectorAll('body *:not(script, style, .vh, .vh *, svg *)')]) {
            if (!el.getClientRects().length) continue
            if (el.getBoundingClientRect().right > clientWidth + 1) return `${name(el)} ends at ${el.getBoundingClientRect().right}: ${el.textContent.slice(0, 40)}`
            if (el.localName !== 'input' && getComputedStyle(el).display !== 'inline' && el.scrollWidth > el.clientWidth + 1) return `${name(el)} is ${el.scrollWidth} wide, in ${el.clientWidth}: ${el.textContent.slice(0, 40)}`
          }
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          for (let node; (node = texts.nextNode());) {
            if (!node.parentElement.getClientRects().length || node.parentElement.closest('script, .vh')) continue
            for (const { 0: word, index } of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
              const range = new Range()
              range.setStart(node, index)
              range.setEnd(node, index + word.length)
              const tops = new Set([...range.getClientRects()].map(r => Math.round(r.top / 4)))
              if (tops.size > 1) return `the word ${word} is broken in ${node.data.slice(0, 60)}`
            }
          }
          return ''
        })
        must(!wrong, `${width} px, move ${upto}: ${wrong}`)
      }
      await page.done()
    }
  },

  async 'axe finds nothing, light and dark'(browser, url, graph) {
    const way = graph.data.loom?.split(',') ?? graph.shortest(n => graph.states[n].end !== 0)
    for (const colorScheme of ['light', 'dark']) {
      for (const [width, height] of [widths[0], widths[2]]) {
        const page = await open(browser, url, { viewport: { width, height }, colorScheme })
        await page.evaluate(axe)
        const look = async where => {
          const wrong = await page.evaluate(async () => {
            const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] })
            return violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 120)} ${v.nodes[0].any[0]?.message ?? ''}`)
          })
          must(!wrong.length, `${colorScheme}, ${width} px, ${where}: ${wrong[0]}`)
        }
        await page.press('s')
        for (let i = 0; i < way.length >> 1; i++) await page.press('s')
        await look('in the middle')
        if (width > 390) {
          await page.press('p')
          for (let i = 0; i < 6 && await page.locator('#ask').isHidden(); i++) await page.press('s')
          await look('with a question')
          await page.press('Escape')
          await page.press('p')
          await page.press('Home')
          await page.press('h')
          await look('with a hint')
          await page.press('?')
          await look('with the help')
          await page.press('Escape')
          await page.press('s')
        }
        for (const key of ['o', 'o', 'm']) await page.press(key)
        await look('with odds and map')
        await page.press('End')
        await look('at the end')
        await page.done()
      }
    }
  },

  async 'the goal comes first, and what to press is in view'(browser, url, graph) {
    for (const [width, height] of widths) {
      for (const big of ['', 'b']) {
        const page = await open(browser, url, { viewport: { width, height } })
        if (big) await page.press(big)
        const [goal, bottom, run] = await page.evaluate(() => {
          const box = what => document.querySelector(what)?.getBoundingClientRect()
          return [document.querySelector('#goal').innerText, box('#goal').bottom, box('.go:not([aria-disabled=true])')?.bottom]
        })
        const ends = graph.reach(s => s.end !== 0 && s.end[0] === 'w')[0] || graph.data.figures.cut, fails = graph.states.some((_, n) => graph.bad(n))
        const asked = !ends ? 'Every schedule fails: find out why.' : fails ? 'Find the schedule that fails.' : graph.data.some ? 'Find a schedule that shows this:' : 'Is there a schedule that fails?'
        must(goal.startsWith(`Choose which thread runs next. ${asked}`), `the goal is: ${goal}`)
        must(bottom < height / 2 && run < height, `${width} px ${big}: the goal ends at ${bottom}, the first button at ${run}`)
        await page.done()
      }
    }
  },

  async 'forced moves make themselves, and say so'(browser, url, graph) {
    const { states } = graph, only = n => states[n].steps.length === 1
    const page = await open(browser, url, { alone: true })
    const choose = choice => page.evaluate(choice => (document.querySelector(`.subs [data-choice="${choice}"]`) ?? document.querySelector(`[data-thread="${parseInt(choice)}"]`)).click(), choice)
    let way = [0], forced = [], before = 0
    for (let turn = 0; states[way.at(-1)].steps.length && turn < 40; turn++) {
      const { steps } = states[way.at(-1)], [choice, to] = steps[turn * 7 % steps.length]
      before = way.length - 1
      forced[way.length] = only(way.at(-1))
      way.push(to)
      while (only(way.at(-1)) && way.indexOf(way.at(-1)) === way.length - 1) {
        forced[way.length] = true
        way.push(states[way.at(-1)].steps[0][1])
      }
      await choose(choice)
      const now = await page.now()
      must(now.state === way.at(-1) && now.at === way.length - 1, `after turn ${turn} it is at ${now.at}, state ${now.state}, not at ${way.length - 1}, state ${way.at(-1)}`)
    }
    const told = await page.locator('#lanes button.num').allInnerTexts()
    must(told.every((text, i) => text === `${forced[i + 1] ? '↓' : ''}${i + 1}`), `the moves are told as ${told}`)
    if (!states[way.at(-1)].end && way.length - 2 > before) must(/forced/.test(await page.locator('#tell').innerText()), 'the sentences do not say that they were forced')
    await page.press('ArrowLeft')
    const { at } = await page.now()
    must(at === before, `undo goes to ${at}, but the last choice was at ${before}`)
    await page.press('ArrowRight')
    must((await page.now()).at === way.length - 1, 'redo does not make the forced moves again')
    const first = states.findIndex((s, n) => s.steps.some(([, to]) => only(to) && to !== n))
    if (first < 0) return page.done()
    await page.press('f')
    const path = graph.shortest(n => n === first), [choice] = states[first].steps.find(([, to]) => only(to))
    await page.evaluate(hash => { location.hash = hash }, `#${path}`)
    await page.waitForFunction(n => document.body.dataset.at === `${n}`, path.length)
    await choose(choice)
    must((await page.now()).at === path.length + 1, 'switched off, they make themselves nevertheless')
    await page.done()
  },

  async 'the focus follows the threads that can go on'(browser, url, graph) {
    const page = await open(browser, url)
    await page.locator('.go:not([aria-disabled=true])').first().focus()
    for (let i = 0; i < 60; i++) {
      await page.press('Enter')
      const [where, open] = await page.evaluate(() => {
        const el = document.activeElement
        return [el.id || (el.matches('.go:not([aria-disabled=true]), .subs .btn') ? 'go' : el.outerHTML.slice(0, 80)), !document.querySelector('#threads').hidden]
      })
      must(where === (open ? 'go' : 'verdict'), `after ${i + 1} times Enter the focus is on ${where}`)
      if (!open) break
    }
    await page.done()
  },

  async 'locks, channels and sleepers are seen'(browser, url, graph) {
    const { objects, things, threads } = graph.data
    const way = graph.data.loom?.split(',') ?? graph.shortest(n => graph.states[n].end !== 0), walk = graph.walk(way)
    const page = await open(browser, url)
    for (const [i, n] of walk.entries()) {
      if (i) {
        await page.evaluate(hash => { location.hash = hash }, `#${way.slice(0, i)}`)
        await page.waitForFunction(n => document.body.dataset.at === `${n}`, i)
      }
      const seen = await page.evaluate(() => [...document.querySelectorAll('#now [data-object]')].map(el => {
        const count = what => el.querySelectorAll(what).length
        return { o: +el.dataset.object, locks: count('.lock'), shut: count('.shut'), full: count('li.m:not(.slot)'), slots: count('li.m'), asleep: [...el.querySelectorAll('.tag')].map(t => t.innerText) }
      }))
      for (const { o, locks, shut, full, slots, asleep } of seen) {
        const [, kind, , , room] = objects[o], is = things[graph.states[n].things[o]], where = `after move ${i}: ${objects[o][0]}`
        if (!is) continue
        if (kind === 'lock') must(locks === 1 && shut === +(is[1] >= 0), `${where} is held by ${is[1]}, but looks ${shut ? 'closed' : 'open'}`)
        if (kind === 'channel') must(full === is[1].length && (!room || slots === Math.max(full, Math.min(room, 5))), `${where} has ${is[1].length} messages and room for ${room}, but shows ${full} in ${slots}`)
        if (kind === 'condvar') must(asleep.length === is[1].length && is[1].every((t, k) => asleep[k].includes(threads[t])), `${where} shows ${asleep}`)
      }
      const changed = graph.states.some(s => objects.some((_, o) => s.things[o] !== graph.states[0].things[o]))
      must(seen.length || !changed, 'no object is shown')
    }
    await page.done()
  },

  async 'a change is seen to move, unless motion is unwanted'(browser, url, graph) {
    const moves = (n, [, to]) => graph.states[n].things.some((thing, o) => thing !== graph.states[to].things[o])
    const n = graph.states.findIndex((s, n) => s.steps.some(step => !/\D/.test(step[0]) && moves(n, step)))
    if (n < 0) return
    const path = graph.shortest(m => m === n), [choice] = graph.states[n].steps.find(step => !/\D/.test(step[0]) && moves(n, step))
    for (const reducedMotion of ['no-preference', 'reduce']) {
      const page = await open(browser, url, { reducedMotion, hash: `#${path}` })
      const dots = await page.evaluate(choice => {
        const sub = document.querySelector(`.subs [data-choice="${choice}"]`) ?? document.querySelector(`[data-thread="${choice}"]`)
        sub.click()
        return [document.querySelectorAll('.fly').length, document.getAnimations().length]
      }, choice)
      must(reducedMotion === 'reduce' ? !dots[0] && !dots[1] : dots[0] > 0 && dots[1] > 0, `${reducedMotion}: ${dots[0]} dots fly, ${dots[1]} animations`)
      await page.done()
    }
  },

  async 'on a projector the fatal row is in view, beside the verdict'(browser, url, graph) {
    const way = graph.shortest(n => graph.states[n].end !== 0 && graph.states[n].end[0] !== 'w')
    if (!way) return
    for (const keys of ['', 'm', 'om', 'oom']) {
      const page = await open(browser, url, { viewport: { width: 1024, height: 768 }, hash: `#${way}` })
      for (const key of ['b', ...keys]) await page.press(key)
      const wrong = await page.evaluate(() => {
        const box = what => document.querySelector(what)?.getBoundingClientRect()
        const lanes = box('#lanes'), head = box('#lanes thead'), row = box('.turn') ?? box('.last'), verdict = box('#verdict h2')
        if (verdict.top < 0 || verdict.bottom > innerHeight) return 'the verdict is out of view'
        if (row.top < head.bottom - 1 || row.bottom > Math.min(lanes.bottom, innerHeight, box('footer').top) + 1) return `the row is at ${row.top} to ${row.bottom}, the diagram at ${head.bottom} to ${lanes.bottom}`
      })
      must(!wrong, `keys ${keys}: ${wrong}`)
      await page.done()
    }
  },

  async 'on paper the diagram comes first, and no code'(browser, url, graph) {
    const way = graph.data.loom?.split(',') ?? graph.shortest(n => graph.states[n].end !== 0)
    const page = await open(browser, url, { hash: `#${way}` })
    const paper = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type \/Page\b(?!s)/g).length
    must(paper === 1 || way.length > 30, `${way.length} moves take ${paper} pages`)
    await page.emulateMedia({ media: 'print' })
    const [code, lanes, verdict] = await page.evaluate(() => ['#source', '#lanes', '#verdict'].map(what => document.querySelector(what).getClientRects()[0]?.top))
    must(code === undefined && lanes < verdict, `the code is at ${code}, the diagram at ${lanes}, the verdict at ${verdict}`)
    await page.done()
  },

  async 'at the end there is a next game, and a quiz keeps its secret'(browser, url, graph) {
    const way = graph.shortest(n => graph.states[n].end !== 0)
    if (!way) return
    const copied = (page, label) => page.evaluate(async label => {
      let copied
      navigator.clipboard.writeText = async text => { copied = text }
      ;[...document.querySelectorAll('#verdict .btn')].find(b => b.innerText === label)?.click()
      return copied
    }, label)
    const html = await readFile(new URL(url), 'utf8'), next = html.match(/<meta name="next" content="([^"]*)">/)?.[1]
    const page = await open(browser, url, { hash: `#${way}` })
    must(await copied(page, 'Next game') === next, `the next game is not ${next}`)
    const { command } = graph.data, quiz = /^cargo step --quiz/.test(command)
    const was = html.match(/<template id="was"><h2[^>]*>([\w-]+)/)?.[1], text = () => page.locator('body').innerText()
    must(!was === !quiz && !(was && (await text()).includes(was)), 'the name of the bug is told too soon, or never')
    await copied(page, 'Reveal')
    must(!quiz || (await text()).includes(was) && /^[-+] /m.test(await text()), 'what it was cannot be found out')
    if (quiz) {
      await page.press('Escape')
      await page.press('Home')
      must(await page.locator('#tell details:not([open])').count() === 1 && /^Quiz \d+$/.test(graph.data.title), 'its hint is told at once')
    }
    await page.done()
    // In a folder with all pages it is a link.
    const dir = await mkdtemp(join(tmpdir(), 'next-')), file = join(dir, 'page.html')
    await writeFile(file, html.replace(/<meta name="next"[^>]*>|(?<=<\/title>)/, '<link rel="next" href="other.html">'))
    const other = await open(browser, pathToFileURL(file).href, { hash: `#${way}` })
    must((await other.locator('#verdict a').getAttribute('href')).endsWith('/other.html'), 'the next page has no link')
    await other.done()
    await rm(dir, { recursive: true })
  },

  async 'without JavaScript it shows a run as a text'(browser, url) {
    const page = await open(browser, url, { javaScriptEnabled: false })
    must(/^ +1 /m.test(await page.locator('noscript pre').innerText()), 'there is no run')
    must(await page.locator('#threads').isHidden(), 'what cannot be used is shown')
    await page.done()
  },
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const pages = (await readdir(dir)).filter(f => f.endsWith('.html') && f !== 'index.html').filter(f => !only.length || only.some(part => f.includes(part))).sort()
let passed = 0, failed = 0
async function drive(file) {
  const path = resolve(dir, file), wrong = [], told = [], start = Date.now()
  try {
    const graph = new Graph(await readFile(path, 'utf8'))
    for (const [what, check] of Object.entries(checks).filter(([what]) => what.includes(process.env.CHECK ?? ''))) {
      try {
        const text = await check(browser, pathToFileURL(path).href, graph)
        if (text) told.push(text)
        passed++
      } catch (error) {
        failed++
        wrong.push(`${what}: ${error instanceof Wrong ? error.message : error.message.split('\n')[0]}`)
      }
    }
  } catch (error) {
    failed++
    wrong.push(error.message)
  }
  console.log(`${wrong.length ? 'FAIL' : 'ok  '} ${file} (${[...told, `${((Date.now() - start) / 1000).toFixed(0)} s`].join(', ')})`)
  for (const text of wrong) console.log(`     ${text}`)
}
// As many at once as there are cores.
const left = [...pages]
await Promise.all(Array.from({ length: availableParallelism() }, async () => {
  while (left.length) await drive(left.shift())
}))
await browser.close()
if (!pages.length) console.log(`no pages in ${dir}`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed || !pages.length ? 1 : 0)
