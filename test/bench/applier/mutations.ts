/** What models do to a diff that was meant well. Each is given the diff as git writes it, and both texts of its one file. */
export interface Subject { path: string; diff: string; before: string; after: string }

const body = (diff: string) => diff.replace(/^diff --git [^\n]*\n(?:index [^\n]*\n)?/, '')
const hunks = (diff: string, change: (line: string) => string) => diff.split('\n').map(line => /^(?:---|\+\+\+|@@|diff|index)/.test(line) ? line : change(line)).join('\n')
const header = (diff: string, change: (old: number, count: number, now: number, counted: number) => string) =>
  diff.replaceAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@.*$/gm, (_, old: string, count = '1', now: string, counted = '1') => change(Number(old), Number(count), Number(now), Number(counted)))

/** undefined: nobody would answer so. */
export const mutations: Readonly<Record<string, (subject: Subject) => string | undefined>> = {
  'as it is': ({ diff }) => diff,
  'without its head': ({ diff }) => body(diff),
  'fenced, with prose': ({ diff }) => `Here is the change:\n\n\`\`\`diff\n${diff}\`\`\`\n\nIt does what was asked.\n`,
  'CRLF': ({ diff }) => diff.replaceAll('\n', '\r\n'),
  'no final newline': ({ diff }) => diff.trimEnd(),
  'wrong counts': ({ diff }) => header(diff, (old, count, now, counted) => `@@ -${old},${count + 2} +${now},${counted + 1} @@`),
  'wrong lines': ({ diff }) => header(diff, (old, count, now, counted) => `@@ -${old + 7},${count} +${now + 7},${counted} @@`),
  'wrong lines and counts': ({ diff }) => header(diff, (old, count, now, counted) => `@@ -${old + 31},${Math.max(1, count - 1)} +${now + 31},${counted + 3} @@`),
  'no lines': ({ diff }) => header(diff, () => '@@ ... @@'),
  'no prefixes': ({ diff }) => body(diff).replace(/^--- a\//m, '--- ').replace(/^\+\+\+ b\//m, '+++ '),
  'empty lines without their blank': ({ diff }) => hunks(diff, line => line === ' ' ? '' : line),
  'blanks at line ends lost': ({ diff }) => hunks(diff, line => line.startsWith(' ') ? line.trimEnd() : line),
  'tabs as blanks': ({ diff }) => hunks(diff, line => line.startsWith(' ') ? line.replaceAll('\t', '    ') : line),
  'little context': ({ diff }) => header(hunks(diff, line => line), (old, count, now, counted) => `@@ -${old},${count} +${now},${counted} @@`).split('\n').filter((line, at, all) => !line.startsWith(' ') || /^[-+](?![-+]{2} )/.test(all[at - 1] ?? '') || /^[-+](?![-+]{2} )/.test(all[at + 1] ?? '')).join('\n'),
  // Longer ones are never taken as a whole, since models leave lines out.
  'as a whole file': ({ path, before, after }) => Math.max(before.split('\n').length, after.split('\n').length) > 400 ? undefined : `${path}\n\`\`\`\n${after}\`\`\`\n`,
  'as blocks': ({ path, diff }) => diff.split(/^@@.*\n/m).slice(1).map(hunk => {
    const lines = hunk.split('\n').filter(line => /^[ +-]/.test(line))
    const side = (skip: string) => lines.filter(line => !line.startsWith(skip)).map(line => line.slice(1)).join('\n')
    return `${path}\n<<<<<<< SEARCH\n${side('+')}\n=======\n${side('-')}\n>>>>>>> REPLACE\n`
  }).join('\n'),
}
