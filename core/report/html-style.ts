/** Of the HTML report: light and dark, for a screen of any width and for paper. */
export const style = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --line: #dfe3e8; --text: #1c2128; --soft: #5b6470; --code: #f3f5f7; --mark: #fff2c8;
  --error: #c4242b; --warning: #9a6100; --note: #1f66c1; --green: #1a7f43; --new: #6b3fc4; --shadow: 0 1px 2px #1c212812 }
@media (prefers-color-scheme: dark) { :root { --page: #0f1318; --card: #171c23; --line: #2b323c; --text: #e4e8ee; --soft: #98a2b0; --code: #10151b; --mark: #3b3212;
  --error: #ff7b79; --warning: #e3ae4b; --note: #78b0ff; --green: #5ecb86; --new: #b99bff; --shadow: none } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .35rem; overflow-wrap: anywhere; letter-spacing: -.01em }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .7rem }
code, pre, .mono { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em }
a { color: var(--note); text-decoration-thickness: 1px; text-underline-offset: .15em }
.soft { color: var(--soft) }
.verdict { border: 1px solid var(--line); border-left: .4rem solid var(--soft); border-radius: .6rem; background: var(--card); padding: 1.1rem 1.3rem; box-shadow: var(--shadow) }
.verdict.green { border-left-color: var(--green) } .verdict.red { border-left-color: var(--error) } .verdict.running { border-left-color: var(--warning) }
.word { font-weight: 650 } .green .word { color: var(--green) } .red .word { color: var(--error) } .running .word { color: var(--warning) }
.verdict ul { margin: .6rem 0 0; padding-left: 1.2rem }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .7rem; margin: 1rem 0 0; padding: 0 }
.numbers div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; box-shadow: var(--shadow) }
.numbers dt { color: var(--soft); font-size: .85rem } .numbers dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums } .numbers dd .soft { font-size: 1rem; font-weight: 400 }
.numbers .some dd { color: var(--tone, var(--text)) }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; box-shadow: var(--shadow) }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: .85rem }
th, td { padding: .5rem .9rem; border-bottom: 1px solid var(--line); vertical-align: top } tr:last-child td { border-bottom: 0 }
td.wide { min-width: 14rem; overflow-wrap: anywhere } td.name { white-space: nowrap }
.dot { display: inline-block; width: .6rem; height: .6rem; border-radius: 50%; margin-right: .5rem; background: var(--soft) }
.dot.passed { background: var(--green) } .dot.failed, .dot.timed_out, .dot.error { background: var(--error) }
.filter { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 .9rem; padding: 0; border: 0 }
.filter label { border: 1px solid var(--line); border-radius: 2rem; padding: .2rem .85rem; background: var(--card); cursor: pointer; font-size: .9rem }
.filter input { position: absolute; opacity: 0; pointer-events: none }
.filter label:has(:checked) { background: var(--text); color: var(--page); border-color: var(--text) }
.filter label:has(:focus-visible) { outline: 2px solid var(--note); outline-offset: 2px }
section.findings:has(#only-new:checked) .finding:not(.new), section.findings:has(#only-errors:checked) .finding:not(.error) { display: none }
section.findings:has(#only-new:checked) .file:not(:has(.new)), section.findings:has(#only-errors:checked) .file:not(:has(.error)) { display: none }
.file { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: 0 0 .8rem; box-shadow: var(--shadow); overflow: hidden }
.file > summary { padding: .6rem .95rem; cursor: pointer; font-weight: 600; overflow-wrap: anywhere } .file > summary .soft { font-weight: 400; margin-left: .4rem }
.finding { padding: .75rem .95rem .85rem; border-top: 1px solid var(--line) }
.line { display: flex; flex-wrap: wrap; gap: .1rem .7rem; align-items: baseline }
.level { font-weight: 650; font-size: .85rem; min-width: 3.9rem } .error .level { color: var(--error) } .warning .level { color: var(--warning) } .note .level { color: var(--note) }
.fresh { color: var(--new); border: 1px solid currentColor; border-radius: 1rem; font-size: .75rem; line-height: 1.35; padding: 0 .55rem }
.message { margin: .2rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere }
pre { margin: .6rem 0 0; background: var(--code); border: 1px solid var(--line); border-radius: .45rem; padding: .45rem 0; overflow-x: auto; line-height: 1.45; tab-size: 4 }
pre.text { padding: .6rem .8rem; max-height: 24rem; overflow: auto }
pre .row { display: block; padding: 0 .8rem; min-width: max-content } pre .row.here { background: var(--mark) }
pre .row::before { content: attr(data-line); display: inline-block; width: 3.2em; padding-right: 1em; text-align: right; color: var(--soft) }
details.more { margin-top: .5rem } details.more > summary { cursor: pointer; color: var(--soft); font-size: .9rem }
.quiet { padding: .6rem .95rem; border-top: 1px solid var(--line); overflow-wrap: anywhere } .quiet:first-of-type { border-top: 0 }
footer { margin-top: 2.5rem; font-size: .85rem }
@media (max-width: 34rem) { main { padding: 1rem .8rem 3rem } h1 { font-size: 1.3rem } 
  thead { display: none } tr { display: grid; grid-template-columns: 1fr auto auto; border-bottom: 1px solid var(--line) } tr:last-child { border: 0 }
  td { border: 0; padding: .45rem .8rem } td.name { white-space: normal } td.wide { grid-column: 1 / -1; padding-top: 0; min-width: 0 } td.wide:empty { display: none } }
@media print { body { background: #fff } .filter { display: none } .file, .verdict, .numbers div { break-inside: avoid-page; box-shadow: none } pre { white-space: pre-wrap } }
`
